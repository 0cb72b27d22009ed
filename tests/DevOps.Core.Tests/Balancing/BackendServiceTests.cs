using DevOps.Core.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Balancing;

/// <summary>Adding, draining and removing backends of a real process.</summary>
[Trait("Category", "Slow")]
public sealed class BackendServiceTests : IAsyncDisposable
{
    private readonly BalancerBed _bed = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task An_added_backend_serves()
    {
        using var third = new BackendServer("third");
        await _bed.StartAsync();
        await _bed.Service.ChangeAsync(BalancerBed.Name, settings => BackendEdits.Add(settings, new GivenBackend("third", third.Uri, ApplicationRole.Production), weight: 1, check: null), "a test", _bed.Told, Cancellation);
        while (!(await _bed.AskAsync(4, port: null)).Contains("third")) await Task.Delay(50, Cancellation);
    }

    [Fact]
    public async Task A_drain_waits_for_what_is_in_flight()
    {
        await _bed.StartAsync(_bed.Both with { CanaryWeight = 0 });
        _bed.Production.Behaviour = Behaviour.ServeLate;
        _bed.Production.Delay = TimeSpan.FromSeconds(1);
        var asking = _bed.AskAsync();
        await _bed.WaitForInFlightAsync("production-1", 1);
        var drained = await DrainAsync("production-1", timeout: null);
        Assert.Equal((BackendState.Drained, 0), (drained.State, drained.InFlight));
        Assert.Equal("production", await asking);
        Assert.Contains("1 request(s) in flight", _bed.Told.Progress);
    }

    [Fact]
    public async Task A_drain_that_does_not_come_to_an_end_says_so_and_can_be_taken_back()
    {
        await _bed.StartAsync(_bed.Both with { CanaryWeight = 0 });
        _bed.Production.Behaviour = Behaviour.ServeLate;
        _bed.Production.Delay = TimeSpan.FromSeconds(2);
        var asking = _bed.AskAsync();
        await _bed.WaitForInFlightAsync("production-1", 1);
        var failure = await Failing.WithAsync("BackendNotDrained", () => DrainAsync("production-1", TimeSpan.FromMilliseconds(50)));
        Assert.Contains("still answers 1 request(s)", failure.Message, StringComparison.Ordinal);
        var back = await _bed.Backends.ChangeAsync(BalancerBed.Name, "production-1", backend => backend with { IsDraining = false }, "a test", _bed.Told, Cancellation);
        Assert.Equal(BackendState.Up, back.State);
        Assert.Equal("production", await asking);
    }

    [Fact]
    public async Task A_drained_backend_stays_out_over_a_restart()
    {
        await _bed.StartAsync();
        await DrainAsync($"127.0.0.1:{_bed.Canary.Port}", timeout: null);
        await _bed.Service.RestartAsync(BalancerBed.Name, _bed.Told, Cancellation);
        Assert.Equal(["production", "production", "production"], await _bed.AskAsync(3, port: null));
    }

    [Fact]
    public async Task A_removed_backend_is_asked_no_more()
    {
        await _bed.StartAsync();
        await RemoveAsync("canary-1", isDrained: true);
        Assert.Equal("production-1", Assert.Single((await _bed.Service.DescribeAsync(BalancerBed.Name, Cancellation)).Backends).Name);
        Assert.Equal(["production", "production", "production"], await _bed.AskAsync(3, port: null));
    }

    [Fact]
    public async Task What_a_removed_backend_is_answering_still_arrives()
    {
        await _bed.StartAsync(_bed.Both with { ProductionWeight = 0 });
        _bed.Canary.Behaviour = Behaviour.ServeLate;
        var asking = _bed.AskAsync();
        await _bed.WaitForInFlightAsync("canary-1", 1);
        await RemoveAsync("canary-1", isDrained: false);
        Assert.Equal("canary", await asking);
    }

    [Fact]
    public async Task The_last_backend_is_neither_removed_nor_taken_out()
    {
        await _bed.StartAsync();
        await RemoveAsync("canary-1", isDrained: true);
        await Failing.WithAsync("BackendsMissing", () => RemoveAsync("production-1", isDrained: true));
        Assert.Equal("production", await _bed.AskAsync());
    }

    [Fact]
    public async Task Without_a_process_there_is_nothing_to_wait_for()
    {
        await _bed.StartAsync();
        await _bed.StopAsync();
        Assert.Equal(BackendState.Drained, (await DrainAsync("canary-1", timeout: null)).State);
        await RemoveAsync("canary-1", isDrained: true);
        Assert.Single(_bed.Files.ReadSettings()!.Backends);
    }

    private Task<BalancerBackend> DrainAsync(string backend, TimeSpan? timeout) => _bed.Backends.DrainAsync(BalancerBed.Name, backend, timeout, "a test", _bed.Told, Cancellation);

    private Task RemoveAsync(string backend, bool isDrained) => _bed.Backends.RemoveAsync(BalancerBed.Name, backend, isDrained, timeout: null, "a test", _bed.Told, Cancellation);
}
