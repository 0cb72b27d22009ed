using System.Collections.Concurrent;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Watching targets that come and go.</summary>
public sealed class LiveWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TestState _state = new();
    private readonly ConcurrentQueue<Heartbeat> _beats = new();
    private readonly LiveWatch _watch;

    public LiveWatchTests() => _watch = new LiveWatch(_state.State, TimeProvider.System, (heartbeat, _) => _beats.Enqueue(heartbeat));

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _state.Dispose();
    }

    [Fact]
    public async Task What_was_removed_is_not_checked_any_more()
    {
        await _watch.SetAsync([Of("one"), Of("two")], Interval);
        await Eventually.IsAsync(() => _beats.Any(beat => beat.Target == "two"));
        await _watch.SetAsync([Of("one")], Interval);
        _beats.Clear();
        await Eventually.IsAsync(() => _beats.Count(beat => beat.Target == "one") >= 3);
        Assert.DoesNotContain(_beats, beat => beat.Target == "two");
    }

    [Fact]
    public async Task What_stays_as_it_was_goes_on_with_what_is_known_of_it()
    {
        await _watch.SetAsync([Of("one")], Interval);
        await Eventually.IsAsync(() => _beats.Any(beat => beat.State == HeartbeatState.Down));
        var since = _beats.First(beat => beat.State == HeartbeatState.Down).Since;
        await _watch.SetAsync([Of("one"), Of("two")], Interval);
        _beats.Clear();
        await Eventually.IsAsync(() => _beats.Any(beat => beat.Target == "one"));
        Assert.Equal(since, _beats.First(beat => beat.Target == "one").Since);
    }

    [Fact]
    public async Task A_target_whose_settings_changed_begins_anew()
    {
        await _watch.SetAsync([Of("one")], Interval);
        await Eventually.IsAsync(() => _beats.Any(beat => beat.State == HeartbeatState.Down));
        await _watch.SetAsync([Of("one") with { Uri = new Uri("http://127.0.0.1:2/") }], Interval);
        await Eventually.IsAsync(() => _beats.Any(beat => beat.Uri.Port == 2));
    }

    [Fact]
    public async Task A_target_can_be_checked_between_its_beats()
    {
        await _watch.SetAsync([Of("one")], TimeSpan.FromDays(1));
        await Eventually.IsAsync(() => _beats.Any(beat => beat.State == HeartbeatState.Down));
        var count = _beats.Count;
        var checkedNow = await _watch.CheckAsync([HeartbeatKey.Of(Of("one")), "/nobody http"], TestContext.Current.CancellationToken);
        Assert.Equal((1, count + 1), (checkedNow.Count, _beats.Count));
    }

    private static HeartbeatTarget Of(string name) => new() { Name = name, Uri = new Uri("http://127.0.0.1:1/") };
}
