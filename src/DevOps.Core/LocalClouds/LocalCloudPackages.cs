using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using DevOps.Core.Operations;

namespace DevOps.Core.LocalClouds;

/// <summary>The Debian packages that the local cloud works with: finds out which are missing, and installs them.</summary>
public static class LocalCloudPackages
{
    private const string Activity = "Installing Debian packages";
    private const int StatusPercentField = 2;
    private const int StatusTextField = 3;
    private const int ErrorLines = 10;

    // A package, and the files of which one is enough to do without it.
    private static readonly (string Package, string[] Files)[] Needed =
    [
        ("podman", ["bin/podman"]),
        ("runc", ["sbin/runc", "bin/runc", "bin/crun"]),
        ("netavark", ["lib/podman/netavark", "libexec/podman/netavark", "lib/cni/bridge", "libexec/cni/bridge"]),
        ("iptables", ["sbin/iptables", "bin/iptables"]),
        ("mmdebstrap", ["bin/mmdebstrap"]),
        ("debian-archive-keyring", ["share/keyrings/debian-archive-keyring.gpg"]),
    ];

    private static readonly string[] Roots = ["/usr", "/usr/local", "/"];

    /// <summary>Lists the packages that this machine lacks.</summary>
    /// <returns>Their names; empty when the local cloud can start.</returns>
    public static IReadOnlyList<string> FindMissing() =>
        [.. Needed.Where(need => !need.Files.Any(IsThere)).Select(need => need.Package)];

    /// <summary>The command that installs packages.</summary>
    /// <param name="packages">Their names.</param>
    /// <returns>A command line for root.</returns>
    public static string InstallCommand(IReadOnlyList<string> packages) =>
        $"apt-get update && apt-get install --yes --no-install-recommends {string.Join(' ', packages)}";

    /// <summary>Installs packages.</summary>
    /// <param name="packages">Their names.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A task that ends when they are installed.</returns>
    /// <exception cref="DevOpsException"><c>PackagesNotInstalled</c>.</exception>
    public static async Task InstallAsync(IReadOnlyList<string> packages, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        try
        {
            // The lists of a fresh machine are missing or old, and old ones name packages that are gone.
            progress.Report(new ProgressMessage(Activity, Item: null, "reading package lists"));
            await RunAptAsync(packages, ["--quiet", "update"], progress, cancellation);
            await RunAptAsync(
                packages,
                ["--quiet", "--yes", "--no-install-recommends", "--option", "APT::Status-Fd=1", "install", .. packages],
                progress,
                cancellation);
        }
        finally
        {
            progress.Report(new ProgressMessage(Activity, Item: null, "done", IsCompleted: true));
        }
    }

    private static bool IsThere(string file) => Roots.Any(root => File.Exists(Path.Combine(root, file)));

    private static async Task RunAptAsync(
        IReadOnlyList<string> packages,
        IReadOnlyList<string> arguments,
        IProgress<OperationMessage> progress,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("apt-get")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["LC_ALL"] = "C";
        using var process = Start(start, packages);
        process.StandardInput.Close();
        var errors = ReadErrorsAsync(process.StandardError, cancellation);
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line) Report(line, progress);
        // Never killed half-way: an interrupted dpkg leaves packages that are not configured.
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode == 0) return;
        throw NotInstalled(packages, $"apt-get ended with exit code {process.ExitCode}: {await errors}", inner: null);
    }

    private static Process Start(ProcessStartInfo start, IReadOnlyList<string> packages)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw NotInstalled(packages, "apt-get cannot be run; is this Debian?", exception);
        }
    }

    // dlstatus:NUMBER:PERCENT:TEXT while downloading, pmstatus:PACKAGE:PERCENT:TEXT while installing; each runs to 100.
    private static void Report(string line, IProgress<OperationMessage> progress)
    {
        const int Half = 2;
        var fields = line.Split(':');
        var isDownload = fields[0] == "dlstatus";
        if (fields.Length <= StatusTextField || (!isDownload && fields[0] != "pmstatus")) return;
        if (!double.TryParse(fields[StatusPercentField], CultureInfo.InvariantCulture, out var percent)) return;
        var done = (int)((isDownload ? percent : percent + 100) / Half);
        progress.Report(new ProgressMessage(Activity, Item: null, string.Join(':', fields[StatusTextField..]), Math.Clamp(done, 0, 100)));
    }

    private static async Task<string> ReadErrorsAsync(StreamReader reader, CancellationToken cancellation)
    {
        var last = new Queue<string>();
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            last.Enqueue(line);
            if (last.Count > ErrorLines) last.Dequeue();
        }

        return new StringBuilder().AppendJoin('\n', last).ToString();
    }

    private static DevOpsException NotInstalled(IReadOnlyList<string> packages, string cause, Exception? inner) => new(
        "PackagesNotInstalled",
        FailureKind.OperationFailed,
        $"The packages {string.Join(", ", packages)} could not be installed. {cause}",
        $"Mend the cause, then run: {InstallCommand(packages)}",
        packages,
        inner);
}
