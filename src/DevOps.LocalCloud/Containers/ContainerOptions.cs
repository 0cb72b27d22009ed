using System.Globalization;

namespace DevOps.LocalCloud.Containers;

/// <summary>
/// Finds the options under which a Debian host runs in a container of this machine. It tries, since what works depends
/// on the kernel's control groups (crun refuses the hybrid layout) and on what this process itself may do (where
/// setrlimit is refused, Podman's own limits cannot be set).
/// </summary>
internal static class ContainerOptions
{
    private const long UsualOpenFiles = 1_048_576;
    private const long UsualProcesses = 4_194_304;

    // What a virtual machine's root may do and units rely on: mount namespaces (hardening), networking, tracing, priorities.
    private static readonly (string Name, int Bit)[] Capabilities =
    [
        ("NET_ADMIN", 12), ("NET_RAW", 13), ("SYS_PTRACE", 19), ("SYS_ADMIN", 21), ("SYS_NICE", 23), ("SYS_RESOURCE", 24), ("AUDIT_WRITE", 29),
    ];

    private static readonly string[] Runtimes = ["runc", "crun"];

    /// <summary>Tries until a container starts.</summary>
    /// <param name="image">The droplets' image.</param>
    /// <param name="log">Hears what was taken.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>Options of <c>podman run</c>.</returns>
    /// <exception cref="CloudFailure">Nothing works.</exception>
    public static async Task<IReadOnlyList<string>> FindAsync(string image, Action<string> log, CancellationToken cancellation)
    {
        var refusals = new List<string>();
        foreach (var candidate in Candidates())
        {
            var result = await CommandRunner.RunAsync(
                Podman.Program,
                ["run", "--rm", "--pull=never", "--network=none", "--log-driver=none", .. candidate, image, "/bin/true"],
                onErrorLine: null,
                cancellation);
            if (result.ExitCode == 0)
            {
                log($"Containers run with: {string.Join(' ', candidate)}");
                return candidate;
            }

            refusals.Add($"{candidate[0]}: {result.ErrorOutput.Trim()}");
        }

        throw new CloudFailure(
            "ContainersRefused",
            "NotSupported",
            $"This machine starts no container. {string.Join(" | ", refusals)}",
            "Run the local cloud on a machine (or in a virtual machine) where 'podman run' works as root.");
    }

    private static IEnumerable<string[]> Candidates()
    {
        string[] common = ["--systemd=always", "--pids-limit=-1", .. Granted().Select(name => $"--cap-add={name}"), .. AppArmor()];
        string[] limits = [$"--ulimit=nofile={OpenFiles()}:{OpenFiles()}", $"--ulimit=nproc={Processes()}:{Processes()}"];
        foreach (var runtime in Runtimes)
        {
            yield return [$"--runtime={runtime}", .. common];
            yield return [$"--runtime={runtime}", .. common, .. limits];
        }
    }

    private static IEnumerable<string> Granted()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("CapEff:", StringComparison.Ordinal));
        var effective = Convert.ToUInt64(line["CapEff:".Length..].Trim(), 16);
        return Capabilities.Where(capability => (effective & (1UL << capability.Bit)) != 0).Select(capability => capability.Name);
    }

    // Debian's profile for containers forbids mounts, and with them the hardening of units.
    private static string[] AppArmor()
    {
        const string Switch = "/sys/module/apparmor/parameters/enabled";
        return File.Exists(Switch) && File.ReadAllText(Switch).StartsWith('Y') ? ["--security-opt=apparmor=unconfined"] : [];
    }

    private static long OpenFiles() => Math.Min(HardLimit("Max open files") ?? UsualOpenFiles, UsualOpenFiles);

    // Podman lowers its own limit to the kernel's highest process id, so more than that cannot be given on.
    private static long Processes()
    {
        var highest = long.Parse(File.ReadAllText("/proc/sys/kernel/pid_max"), CultureInfo.InvariantCulture);
        return Math.Min(Math.Min(HardLimit("Max processes") ?? UsualProcesses, UsualProcesses), highest);
    }

    private static long? HardLimit(string name)
    {
        const int HardFieldFromEnd = 2;
        var fields = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.TryParse(fields[^HardFieldFromEnd], CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
