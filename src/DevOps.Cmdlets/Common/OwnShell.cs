using System.Reflection;
using DevOps.Core;

namespace DevOps.Cmdlets.Common;

/// <summary>Finds what a hook or a scheduled task must start: the shell that runs this session, and a script of the module.</summary>
internal static class OwnShell
{
    private const string ManifestName = "DevOps.psd1";

    /// <summary>The program of this session, with what comes before PowerShell's own arguments.</summary>
    /// <returns>Full paths.</returns>
    public static IReadOnlyList<string> Find()
    {
        var program = Environment.ProcessPath!;
        if (!string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.OrdinalIgnoreCase)) return [program];
        var assembly = Assembly.GetEntryAssembly()!.Location;
        return [program, StablePath(assembly)];
    }

    /// <summary>A script of the module.</summary>
    /// <param name="path">Its path in the module, such as <c>hooks/post-receive.ps1</c>.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="DevOpsException"><c>ModuleIncomplete</c>.</exception>
    public static string FindScript(string path)
    {
        var start = Path.GetDirectoryName(typeof(OwnShell).Assembly.Location);
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var script = Path.Combine(folder, path);
            if (File.Exists(Path.Combine(folder, ManifestName)) && File.Exists(script)) return script;
        }

        throw new DevOpsException("ModuleIncomplete", FailureKind.NotFound, $"The module's file {path} is missing above '{start}'.", "Install the module again: ./devops build.ps1 -Task Install");
    }

    // The bundled shell is started through a link that each build changes; the folder behind it goes two builds later.
    private static string StablePath(string assembly)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        var link = new DirectoryInfo(Path.GetFullPath(Path.Combine(folder, "..", "..", "shell")));
        return link.Exists && link.ResolveLinkTarget(returnFinalTarget: true)?.FullName == folder ? Path.Combine(link.FullName, Path.GetFileName(assembly)) : assembly;
    }
}
