using System.Globalization;

namespace DevOps.Core.Servers;

/// <summary>Finds the programs that the module starts, and the .NET host that runs them.</summary>
/// <param name="binFolder">The folder with <c>server/</c> and <c>localcloud/</c>; without one, the folder above this assembly's.</param>
public sealed class ServerPrograms(string? binFolder = null)
{
    /// <summary>The major version of .NET that the programs need.</summary>
    internal const int RuntimeMajor = 10;

    private static readonly string[] UsualFolders =
    [
        "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet", "/opt/dotnet", @"C:\Program Files\dotnet",
    ];

    private readonly string _bin = binFolder ?? Path.GetDirectoryName(Path.GetDirectoryName(typeof(ServerPrograms).Assembly.Location))!;

    /// <summary>The program of all server roles.</summary>
    /// <exception cref="DevOpsException"><c>ServerProgramMissing</c>.</exception>
    public string Server => Program("server", "DevOps.Server.dll");

    /// <summary>The program of the local cloud.</summary>
    /// <exception cref="DevOpsException"><c>ServerProgramMissing</c>.</exception>
    public string LocalCloud => Program("localcloud", "DevOps.LocalCloud.dll");

    /// <summary>Finds the <c>dotnet</c> host of an installation that has ASP.NET Core in the version that the servers need.</summary>
    /// <returns>The host's full path.</returns>
    /// <exception cref="DevOpsException"><c>DotnetMissing</c>.</exception>
    public static string FindDotnet()
    {
        foreach (var candidate in DotnetCandidates())
        {
            var host = Resolve(candidate);
            if (host is not null && HasAspNetCore(Path.GetDirectoryName(host)!)) return host;
        }

        throw new DevOpsException(
            "DotnetMissing",
            FailureKind.NotSupported,
            $"No .NET {RuntimeMajor} with ASP.NET Core was found (DOTNET_HOST_PATH, DOTNET_ROOT, PATH and the usual folders were looked at).",
            $"Install the ASP.NET Core runtime {RuntimeMajor} (https://dotnet.microsoft.com/download/dotnet/{RuntimeMajor}.0), or set DOTNET_ROOT to the folder that holds it.");
    }

    private static IEnumerable<string> DotnetCandidates()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host) yield return host;
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root) yield return Path.Combine(root, name);
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return Path.Combine(folder, name);
        }

        foreach (var folder in UsualFolders) yield return Path.Combine(folder, name);
    }

    // The runtimes stand beside the real file, and what is on PATH is often a link to it.
    private static string? Resolve(string file) =>
        File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file) : null;

    private static bool HasAspNetCore(string root)
    {
        var folder = Path.Combine(root, "shared", "Microsoft.AspNetCore.App");
        return Directory.Exists(folder) && Directory.EnumerateDirectories(folder, RuntimeMajor.ToString(CultureInfo.InvariantCulture) + ".*").Any();
    }

    private string Program(string folder, string name)
    {
        var file = Path.Combine(_bin, folder, name);
        return File.Exists(file) ? file : throw new DevOpsException(
            "ServerProgramMissing",
            FailureKind.NotFound,
            $"The program '{file}' is missing.",
            "Build the module with ./devops build.ps1 -Task Build, or install it again.",
            file);
    }
}
