namespace DevOps.Benchmarks.Balancer;

/// <summary>The programs of others that the benchmark needs.</summary>
internal static class Tools
{
    // Servers stand where only root looks.
    private static readonly string[] MoreFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>Finds a program.</summary>
    /// <param name="name">Its name, which is that of its Debian package too.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="BenchmarkException">There is none.</exception>
    public static string Find(string name) => Path(name)
        ?? throw new BenchmarkException($"The benchmark needs {name}, and there is none on this machine. On Debian: apt-get install --no-install-recommends {name}");

    private static string? Path(string name) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(MoreFolders)
        .Select(folder => System.IO.Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
