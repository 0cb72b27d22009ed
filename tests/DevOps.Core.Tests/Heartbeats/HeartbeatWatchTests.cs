using System.Collections.Concurrent;
using System.Globalization;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Watching real servers that come and go.</summary>
public sealed class HeartbeatWatchTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<Heartbeat> _told = new();
    private readonly HeartbeatService _service = new();
    private Task _watching = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watching.IsCompletedSuccessfully ? Task.FromCanceled(_ending.Token) : _watching);
        _service.Dispose();
        _ending.Dispose();
    }

    [Fact]
    public async Task A_server_that_dies_and_comes_back_is_told_once_each_with_its_cause()
    {
        var server = new BackendServer("shop");
        Watch([HeartbeatBed.Target(server.Uri)]);
        await ToldAsync("shop Up");
        server.Dispose();
        await ToldAsync("shop Up", "shop Down: the connection was refused");
        using var again = new BackendServer("shop", server.Port);
        await ToldAsync("shop Up", "shop Down: the connection was refused", "shop Up");
    }

    [Fact]
    public async Task Each_beat_is_told_when_it_is_asked_for()
    {
        using var server = new BackendServer("shop");
        Watch([HeartbeatBed.Target(server.Uri)], isEach: true);
        await Eventually.IsAsync(() => _told.Count >= 3);
        Assert.All(_told, heartbeat => Assert.Equal(HeartbeatState.Up, heartbeat.State));
        Assert.Single(_told.Select(heartbeat => heartbeat.Since.ToUnixTimeMilliseconds() / 1_000).Distinct());
    }

    [Fact]
    public async Task One_that_hangs_keeps_no_other_waiting()
    {
        using var hanging = new BackendServer("hangs") { Behaviour = Behaviour.ServeLate, Delay = TimeSpan.FromMinutes(10) };
        using var server = new BackendServer("shop");
        Watch([.. Enumerable.Range(1, 50).Select(number => HeartbeatBed.Target(hanging.Uri, $"hangs-{number}") with { Timeout = TimeSpan.FromMinutes(1) }), HeartbeatBed.Target(server.Uri)], isEach: true);
        await Eventually.IsAsync(() => _told.Count(heartbeat => heartbeat.Target == "shop") >= 3);
        Assert.DoesNotContain(_told, heartbeat => heartbeat.Target != "shop");
    }

    [Fact]
    public async Task A_failure_is_confirmed_before_the_next_beat()
    {
        using var server = new BackendServer("shop") { Behaviour = Behaviour.Fail };
        Watch([HeartbeatBed.Target(server.Uri) with { Fall = 3 }], TimeSpan.FromHours(1));
        await ToldAsync("shop Down: it was answered with 500");
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task Beats_stand_at_fixed_times_that_targets_share_evenly()
    {
        // Three beats a target, all in the time that is skipped: what counts is how long each wait was.
        using var server = new BackendServer("shop");
        var time = new SkippingTime();
        using var checker = new HeartbeatChecker(time);
        using var end = new CancellationTokenSource();
        var beats = 0;
        var watching = new HeartbeatWatch(checker, time).RunAsync(
            [HeartbeatBed.Target(server.Uri) with { Timeout = TimeSpan.FromHours(2) }],
            TimeSpan.FromSeconds(10),
            (_, _) => { if (++beats == 4) end.Cancel(); },
            end.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal(["10", "10", "10"], time.Waits.Take(3).Select(wait => wait.TotalSeconds.ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(100_000)]
    public async Task An_interval_that_cannot_be_kept_is_refused(double seconds) =>
        await Failing.WithAsync("HeartbeatIntervalInvalid", () => _service.WatchAsync([], TimeSpan.FromSeconds(seconds), isEach: false, new Told(_told), _ending.Token));

    [Fact]
    public async Task A_test_settles_each_target_and_keeps_their_order()
    {
        using var server = new BackendServer("shop");
        using var failing = new BackendServer("fails") { Behaviour = Behaviour.Fail };
        var heartbeats = await _service.TestAsync([HeartbeatBed.Target(failing.Uri, "fails"), HeartbeatBed.Target(server.Uri)], new Told(_told), _ending.Token);
        Assert.Equal(["fails Down: it was answered with 500", "shop Up"], heartbeats.Select(heartbeat => heartbeat.ToString()));
        Assert.Equal(2, failing.Requests);
    }

    private void Watch(IReadOnlyList<HeartbeatTarget> targets, TimeSpan? interval = null, bool isEach = false) =>
        _watching = _service.WatchAsync(targets, interval ?? TimeSpan.FromMilliseconds(250), isEach, new Told(_told), _ending.Token);

    private async Task ToldAsync(params string[] expected)
    {
        await Eventually.IsAsync(() => _told.Count >= expected.Length);
        Assert.Equal(expected, _told.Select(heartbeat => heartbeat.ToString()));
    }

    private sealed class Told(ConcurrentQueue<Heartbeat> heartbeats) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            if (value is ResultMessage { Value: Heartbeat heartbeat }) heartbeats.Enqueue(heartbeat);
        }
    }
}
