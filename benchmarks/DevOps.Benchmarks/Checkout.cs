namespace DevOps.Benchmarks;

/// <summary>The checkout that the benchmarks stand in.</summary>
internal static class Checkout
{
    /// <summary>Finds its folder.</summary>
    /// <returns>The full path.</returns>
    public static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DevOps.psd1"))) folder = folder.Parent;
        return folder?.FullName ?? throw new BenchmarkException("The benchmarks do not stand in a checkout.");
    }
}
