using System.Security.Cryptography;
using System.Text;

namespace DevOps.EndToEnd.Tests;

/// <summary>What an installation has on this machine, found without its help.</summary>
public static class Leftovers
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private const string Builds = "/var/cache/devops/builds";

    // These belong to the installation, not to the demo: they were there, or would be made, without it. What the demo has
    // installed stays, and so does the note of it.
    private static readonly string[] OfTheInstallation = ["keys/", "releases/store.lock", "demo.packages"];

    /// <summary>The label of the containers and networks of the demo's local cloud: a hash of its folder.</summary>
    /// <param name="demo">The demo.</param>
    /// <returns>A filter for Podman.</returns>
    public static async Task<string> LabelOfAsync(Demo demo)
    {
        var folder = (await demo.CommandAsync("(Get-LocalCloud).Folder")).Succeeded().Output.Trim();
        return $"label=localcloud.instance={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12]}";
    }

    /// <summary>Lists containers, also those that do not run.</summary>
    /// <param name="demo">The demo.</param>
    /// <param name="label">The filter.</param>
    /// <returns>Their ids.</returns>
    public static Task<IReadOnlyList<string>> ContainersAsync(Demo demo, string label) => PodmanAsync(demo, "ps", "--all", "--quiet", "--filter", label);

    /// <summary>Lists networks.</summary>
    /// <param name="demo">The demo.</param>
    /// <param name="label">The filter.</param>
    /// <returns>Their names.</returns>
    public static Task<IReadOnlyList<string>> NetworksAsync(Demo demo, string label) => PodmanAsync(demo, "network", "ls", "--quiet", "--filter", label);

    /// <summary>Lists the processes that name a folder in their command line or environment.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Their ids and command lines.</returns>
    public static IReadOnlyList<string> ProcessesOf(string folder)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out var id) && id != Environment.ProcessId))
        {
            try
            {
                var command = File.ReadAllText($"{process}/cmdline").Replace('\0', ' ');
                if (command.Contains(folder, StringComparison.Ordinal) || File.ReadAllText($"{process}/environ").Contains(folder, StringComparison.Ordinal))
                {
                    found.Add($"{Path.GetFileName(process)} {command}");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or it is the machine's first process, which nobody may look into.
            }
        }

        return found;
    }

    /// <summary>Lists what builds left that are not alive, whosever they were.</summary>
    /// <returns>Paths.</returns>
    public static IReadOnlyList<string> DeadBuilds() => Directory.Exists(Builds)
        ? [.. Directory.EnumerateFileSystemEntries(Builds).Where(path => !IsAlive(path))]
        : [];

    private static bool IsAlive(string path)
    {
        try
        {
            using var free = new FileStream(path.EndsWith(".lock", StringComparison.Ordinal) ? path : path + ".lock", FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException exception)
        {
            return exception is not FileNotFoundException || !Path.Exists(path);
        }
    }

    /// <summary>Lists the files of a state folder that the demo made, sockets among them.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Their paths in the folder.</returns>
    public static IReadOnlyList<string> FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(file => !OfTheInstallation.Any(part => file.StartsWith(part, StringComparison.Ordinal)))];

    private static async Task<IReadOnlyList<string>> PodmanAsync(Demo demo, params string[] arguments) =>
        (await demo.Terminal.RunAsync(Limit, "podman", arguments)).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
