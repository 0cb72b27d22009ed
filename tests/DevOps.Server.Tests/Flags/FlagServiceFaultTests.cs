using System.Net;
using System.Net.Sockets;
using DevOps.Core;
using DevOps.Core.Flags.Service;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Flags;

/// <summary>What goes wrong around the service, which answers all the same.</summary>
[Trait("Category", "Slow")]
public sealed class FlagServiceFaultTests : IAsyncLifetime
{
    private readonly RunningFlagService _service = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Without_its_Redis_it_answers_with_the_last_known_flags_and_says_how_old_they_are()
    {
        await _service.Bed.Master.KillAsync();
        var stale = await _service.WaitForAsync(FeatureFlagServiceState.Stale);
        Assert.NotNull(stale.Problem);
        using var response = await _service.GetAsync("featureflag");
        Assert.Equal("""{"featureflag":true}""", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.NotNull(response.Headers.Age);
    }

    [Fact]
    public async Task It_takes_up_with_its_Redis_again_by_itself()
    {
        await _service.Bed.Master.KillAsync();
        await _service.WaitForAsync(FeatureFlagServiceState.Stale);
        await _service.Bed.Master.StartAgainAsync("--notify-keyspace-events", "E$");
        // Nothing was saved: it is an empty one, whose emptiness nobody wanted.
        await Eventually.IsAsync(async () => (await _service.DescribeAsync()).Problem == "the server has no flags any more: the last known ones are used");
        Assert.Equal("""{"featureflag":true}""", await _service.TextAsync("featureflag"));
        await _service.Bed.SetAsync("featureflag", false);
        await _service.WaitForAsync(FeatureFlagServiceState.Running);
        Assert.Equal("""{"featureflag":false}""", await _service.TextAsync("featureflag"));
    }

    [Fact]
    public async Task Killed_and_started_without_its_Redis_it_has_the_flags_of_before()
    {
        await _service.KillAsync();
        await _service.Bed.Master.KillAsync();
        var started = await _service.StartAsync();
        Assert.Equal((FeatureFlagServiceState.Stale, 1), (started.State, started.FlagCount));
        Assert.Equal("""{"featureflag":true}""", await _service.TextAsync("featureflag"));
    }

    [Fact]
    public async Task Without_a_Redis_and_without_anything_known_it_says_so_instead_of_answering()
    {
        await _service.StopAsync(isRemoved: true);
        await _service.Bed.Master.KillAsync();
        Assert.Equal(FeatureFlagServiceState.Empty, (await _service.StartAsync()).State);
        using var response = await _service.GetAsync("featureflag");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (response.StatusCode, response.Headers.RetryAfter!.Delta));
    }

    [Fact]
    public async Task A_paused_Redis_keeps_nobody_waiting()
    {
        await _service.Bed.Master.SignalAsync("STOP");
        await _service.WaitForAsync(FeatureFlagServiceState.Stale);
        Assert.Equal("""{"featureflag":true}""", await _service.TextAsync("featureflag"));
        await _service.Bed.Master.SignalAsync("CONT");
        await _service.WaitForAsync(FeatureFlagServiceState.Running);
    }

    [Fact]
    public async Task Started_again_as_it_is_the_process_stays()
    {
        var before = await _service.ProcessIdAsync();
        await _service.StartAsync();
        Assert.Equal(before, await _service.ProcessIdAsync());
    }

    [Fact]
    public async Task At_another_port_another_process_answers()
    {
        var port = FreePort.Find();
        var started = await _service.StartAsync(new FlagServiceChanges { Port = port });
        Assert.Equal((FeatureFlagServiceState.Running, port), (started.State, started.Uri.Port));
        await Assert.ThrowsAsync<HttpRequestException>(() => _service.TextAsync("health"));
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_is_named_and_the_service_goes_on_at_its_own()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => _service.StartAsync(new FlagServiceChanges { Port = ((IPEndPoint)other.LocalEndpoint).Port }));
        Assert.Equal("PortTaken", failure.Id);
        Assert.Equal("""{"featureflag":true}""", await _service.TextAsync("featureflag"));
        Assert.Equal((FeatureFlagServiceState.Running, _service.Port), ((await _service.DescribeAsync()).State, (await _service.DescribeAsync()).Uri.Port));
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_leave_it_as_it_was()
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(_service.Files.LogFile))!;
        await File.WriteAllTextAsync(Path.Combine(folder, "flags", "services", RunningFlagService.Server, "settings.json"), "{", Cancellation);
        await Eventually.IsAsync(async () => (await File.ReadAllTextAsync(_service.Files.LogFile, Cancellation)).Contains("cannot be read", StringComparison.Ordinal));
        Assert.Equal("""{"featureflag":true}""", await _service.TextAsync("featureflag"));
    }

    [Fact]
    public async Task Stopped_it_is_known_and_removed_it_is_not()
    {
        await _service.StopAsync();
        Assert.Equal(FeatureFlagServiceState.Stopped, (await _service.DescribeAsync()).State);
        await _service.StopAsync(isRemoved: true);
        var failure = await Assert.ThrowsAsync<DevOpsException>(_service.DescribeAsync);
        Assert.Equal("FeatureFlagServiceNotFound", failure.Id);
        // As the others leave it.
        await _service.StartAsync();
    }
}
