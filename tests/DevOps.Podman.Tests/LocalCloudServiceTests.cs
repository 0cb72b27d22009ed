using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DevOps.Core;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Podman.Tests;

public sealed class LocalCloudServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_saves_the_connection_local_and_selects_it_when_none_is()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var connection = Assert.Single(new ConnectionStore(cloud.State).List());
        Assert.Equal(("local", true), (connection.Name, connection.IsSelected));
    }

    [Fact]
    public async Task A_cloud_that_runs_is_not_started_again()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var first = await cloud.StartServiceAsync();
        Assert.Equal(first, await cloud.StartServiceAsync());
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => cloud.StartServiceAsync(FreePort.Find()));
        Assert.Equal("LocalCloudPortDiffers", failure.Id);
    }

    [Fact]
    public async Task A_taken_port_is_refused_at_once_and_its_owner_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var cloud = await PodmanCloud.PrepareAsync();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => cloud.StartServiceAsync(((IPEndPoint)listener.LocalEndpoint).Port));
        Assert.Equal(("PortTaken", FailureKind.Conflict), (failure.Id, failure.Kind));
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
        Assert.Equal(LocalCloudState.Stopped, (await cloud.Service.GetAsync(Cancellation)).State);
    }

    [Fact]
    public async Task A_connection_called_local_that_leads_elsewhere_is_not_overwritten()
    {
        await using var cloud = await PodmanCloud.PrepareAsync();
        var store = new ConnectionStore(cloud.State);
        store.Save(new SavedConnection("local", new Uri("https://api.digitalocean.com/"), "dop_v1_real", "me@example.com", 10));
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => cloud.StartServiceAsync(FreePort.Find()));
        Assert.Equal("ConnectionNameTaken", failure.Id);
        Assert.Equal("dop_v1_real", store.Get("local").Token);
    }

    [Fact]
    public async Task A_stop_shuts_the_droplets_down_and_a_start_brings_them_back_with_their_files()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var droplet = await cloud.CreateAsync("web-1");
        await cloud.RunAsync(droplet, "echo kept > /root/mark");
        await cloud.Service.StopAsync(TimeSpan.FromSeconds(30), new Messages(), Cancellation);
        var stopped = await cloud.Service.GetAsync(Cancellation);
        Assert.Equal((LocalCloudState.Stopped, 1), (stopped.State, stopped.Droplets));
        Assert.Empty(await PodmanCloud.PodmanAsync("ps", "--quiet", "--filter", "name=" + await cloud.ContainerOfAsync(droplet)));
        await cloud.StartServiceAsync();
        droplet = await cloud.WaitForStatusAsync(droplet, DropletStatus.Active);
        Assert.Equal("kept", await cloud.RunAsync(droplet, "cat /root/mark"));
    }

    [Fact]
    public async Task A_purge_leaves_nothing_of_its_own_and_another_cloud_alone_and_names_the_image_it_keeps()
    {
        await using var other = await PodmanCloud.StartAsync();
        var neighbour = await other.CreateAsync("web-1");
        await using var cloud = await PodmanCloud.StartAsync();
        await cloud.CreateAsync("web-1");
        Assert.Equal(3, (await cloud.MarkedAsync()).Length);

        var messages = new Messages();
        await cloud.Service.PurgeAsync(TimeSpan.FromSeconds(30), messages, Cancellation);

        Assert.Empty(await cloud.MarkedAsync());
        // The key with which the tests enter droplets is not the cloud's.
        Assert.All(
            Directory.EnumerateFiles(cloud.State.Root, "*", SearchOption.AllDirectories),
            file => Assert.StartsWith(cloud.State.PathOf("keys"), file, StringComparison.Ordinal));
        Assert.Contains(messages.All.OfType<InformationMessage>(), message => message.Text.Contains("localcloud-debian-12", StringComparison.Ordinal));
        Assert.Equal("web-1", await other.RunAsync(neighbour, "hostname"));
    }

    [Fact]
    public async Task A_cloud_that_hangs_says_so_and_can_be_removed()
    {
        await using var cloud = await PodmanCloud.StartAsync();
        var processId = (await cloud.Service.GetAsync(Cancellation)).ProcessId!.Value;
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -STOP {processId}"])) await kill.WaitForExitAsync(Cancellation);

        var hanging = await cloud.Impatient().GetAsync(Cancellation);
        Assert.Equal((LocalCloudState.Failed, processId), (hanging.State, hanging.ProcessId));
        Assert.Contains("did not answer", hanging.Activity, StringComparison.Ordinal);
        await cloud.Impatient().PurgeAsync(TimeSpan.FromSeconds(1), new Messages(), Cancellation);

        Assert.False(ProcessLiveness.IsAlive(processId));
        Assert.Empty(await cloud.MarkedAsync());
    }

    [Fact]
    public async Task A_stop_that_hangs_is_an_error_and_leaves_no_process()
    {
        await using var cloud = await PodmanCloud.PrepareAsync();
        using var state = StateThatCannotBeRead.In(cloud.CloudFolder);

        var failure = await Assert.ThrowsAsync<DevOpsException>(() => cloud.Impatient(TimeSpan.FromSeconds(1)).StopAsync(TimeSpan.FromSeconds(1), new Messages(), Cancellation));

        Assert.Equal("LocalCloudNotStopped", failure.Id);
        Assert.Contains("stopping its droplets took longer than", failure.Message, StringComparison.Ordinal);
        await NoProcessIsLeftAsync(cloud.CloudFolder);
    }

    [Fact]
    public async Task A_stop_that_is_cancelled_leaves_no_process()
    {
        await using var cloud = await PodmanCloud.PrepareAsync();
        using var state = StateThatCannotBeRead.In(cloud.CloudFolder);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var messages = new Messages { OnReport = message => { if (message is ProgressMessage { Status: "stopping its droplets" }) cancelled.Cancel(); } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cloud.Service.StopAsync(TimeSpan.FromSeconds(1), messages, cancelled.Token));

        await NoProcessIsLeftAsync(cloud.CloudFolder);
    }

    // What was killed may take a moment to go.
    private static async Task NoProcessIsLeftAsync(string folder)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (Directory.EnumerateDirectories("/proc").Any(process => Names(process, folder))) await Task.Delay(50, limit.Token);
    }

    private static bool Names(string process, string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(folder, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A state file that a reader waits for: a pipe to which nobody writes, as on a disk that does not answer.</summary>
    private sealed class StateThatCannotBeRead(string file) : IDisposable
    {
        public static StateThatCannotBeRead In(string folder)
        {
            var file = Path.Combine(Directory.CreateDirectory(folder).FullName, "cloud.json");
            using var make = Process.Start("mkfifo", [file]);
            make.WaitForExit();
            Assert.Equal(0, make.ExitCode);
            return new StateThatCannotBeRead(file);
        }

        // The cleaning up after the test reads it too.
        public void Dispose() => File.Delete(file);
    }

    private sealed class Messages : IProgress<OperationMessage>
    {
        public List<OperationMessage> All { get; } = [];

        public Action<OperationMessage> OnReport { get; init; } = _ => { };

        public void Report(OperationMessage value)
        {
            All.Add(value);
            OnReport(value);
        }
    }
}
