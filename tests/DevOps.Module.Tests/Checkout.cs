using System.Xml.Linq;

namespace DevOps.Module.Tests;

/// <summary>Where things stand in the checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Manifest => PathOf("DevOps.psd1");

    public static string StagedBin => PathOf("module", "bin");

    public static string Version =>
        XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").First().Value;

    /// <summary>The complete module, as it is installed.</summary>
    public static string Module => PathOf("out", "DevOps", Version);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files of the checkout by pattern, without what is built.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var start = PathOf(folder);
        return Directory.Exists(start)
            ? Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
                .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
                .Order(StringComparer.Ordinal)
            : [];
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DevOps.psd1"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not stand in a checkout.");
    }
}
