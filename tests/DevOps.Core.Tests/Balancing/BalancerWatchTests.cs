using DevOps.Core.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Balancing;

/// <summary>Following the events of a real process.</summary>
[Trait("Category", "Slow")]
public sealed class BalancerWatchTests : IAsyncDisposable
{
    private readonly BalancerBed _bed = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Events_come_over_a_restart_a_stop_and_a_start_each_once()
    {
        await _bed.StartAsync();
        await using var events = _bed.Service.EventsAsync(BalancerBed.Name, includesHistory: true, Cancellation).GetAsyncEnumerator(Cancellation);
        var seen = new List<BalancerEvent>();
        await ReadToAsync(BalancerEventKind.Started);
        await _bed.Service.RestartAsync(BalancerBed.Name, _bed.Told, Cancellation);
        await ReadToAsync(BalancerEventKind.Started);
        await _bed.StopAsync();
        await ReadToAsync(BalancerEventKind.Stopping);
        await _bed.StartAsync(new BalancerChanges());
        await ReadToAsync(BalancerEventKind.Started);
        await _bed.ChangeAsync(new BalancerChanges { CanaryWeight = 0 });
        await ReadToAsync(BalancerEventKind.SettingsChanged);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(id => (long)id), seen.Select(entry => entry.Id));

        async Task ReadToAsync(BalancerEventKind kind)
        {
            do
            {
                Assert.True(await events.MoveNextAsync());
                seen.Add(events.Current);
            }
            while (events.Current.Kind != kind);
        }
    }

    [Fact]
    public async Task Without_history_only_what_happens_from_now_on_is_told()
    {
        await _bed.StartAsync();
        await using var events = _bed.Service.EventsAsync(BalancerBed.Name, includesHistory: false, Cancellation).GetAsyncEnumerator(Cancellation);
        var first = events.MoveNextAsync();
        while (!first.IsCompleted)
        {
            await _bed.ChangeAsync(new BalancerChanges { CanaryWeight = 1 + (_bed.Files.ReadSettings()!.Version % 2) });
            await Task.Delay(50, Cancellation);
        }

        Assert.True(await first);
        Assert.Equal(BalancerEventKind.SettingsChanged, events.Current.Kind);
    }

    [Fact]
    public async Task The_history_of_a_stopped_balancer_can_be_read()
    {
        await _bed.StartAsync();
        await _bed.StopAsync();
        await using var events = _bed.Service.EventsAsync(BalancerBed.Name, includesHistory: true, Cancellation).GetAsyncEnumerator(Cancellation);
        do Assert.True(await events.MoveNextAsync());
        while (events.Current.Kind != BalancerEventKind.Stopping);
    }

    [Fact]
    public async Task Following_ends_with_the_balancer()
    {
        await _bed.StartAsync();
        var following = Task.Run(
            async () =>
            {
                await foreach (var entry in _bed.Service.EventsAsync(BalancerBed.Name, includesHistory: true, Cancellation)) _bed.Told.Report(new Operations.VerboseMessage($"{entry.Kind}"));
            },
            Cancellation);
        await _bed.StopAsync(isRemoved: true);
        await following;
    }

    [Fact]
    public async Task Following_what_does_not_exist_is_an_error()
    {
        await using var events = _bed.Service.EventsAsync("none", includesHistory: true, Cancellation).GetAsyncEnumerator(Cancellation);
        await Failing.WithAsync("BalancerNotFound", async () => await events.MoveNextAsync());
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        await _bed.StartAsync();
        using var ending = new CancellationTokenSource();
        await using var events = _bed.Service.EventsAsync(BalancerBed.Name, includesHistory: false, ending.Token).GetAsyncEnumerator(Cancellation);
        var waiting = events.MoveNextAsync();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }
}
