using System.Reflection;
using DevOps.Core.Servers;

namespace DevOps.Podman.Tests;

/// <summary>What systemd runs for us, on a host that systemd runs: servers that it keeps running, and scheduled tasks.</summary>
public sealed class PersistentServerTests
{
    [Fact]
    public async Task Servers_and_scheduled_tasks_are_started_changed_and_ended_by_systemd()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var container = await cloud.ContainerOfAsync(await cloud.CreateAsync("control-1"));
        var dotnet = ServerPrograms.FindDotnet();
        var root = Path.GetDirectoryName(dotnet)!;
        // The runtimes, without the SDK that may stand beside them.
        foreach (var part in (string[])[dotnet, Path.Combine(root, "host"), Path.Combine(root, "shared"), BuiltAt("Server"), BuiltAt("CoreTests")]) await CopyAsync(container, part);

        // Fails when one of the tests does.
        var output = await PodmanCloud.PodmanAsync("exec", "--env", "DEVOPS_TEST_SYSTEMD=1", container, dotnet, Path.Combine(BuiltAt("CoreTests"), "DevOps.Core.Tests.dll"), "-class", "*.SystemctlTests", "-class", "*.PersistentBalancerTests", "-class", "*.PersistentFlagServiceTests", "-class", "*.PersistentMonitorTests", "-class", "*.ScheduledHeartbeatTests");
        Assert.Contains(output, line => line.Contains("Total: 27, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal));
    }

    private static string BuiltAt(string project) =>
        typeof(PersistentServerTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == project).Value!;

    private static async Task CopyAsync(string container, string path)
    {
        await PodmanCloud.PodmanAsync("exec", container, "mkdir", "--parents", Path.GetDirectoryName(path)!);
        await PodmanCloud.PodmanAsync("cp", path, $"{container}:{path}");
    }
}
