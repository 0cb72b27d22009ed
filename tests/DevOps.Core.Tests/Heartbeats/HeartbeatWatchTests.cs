using System.Collections.Concurrent;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Watching real servers that come and go.</summary>
[Trait("Category", "Slow")]
public sealed class HeartbeatWatchTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<Heartbeat> _told = new();
    private readonly TestState _state = new();
    private readonly HeartbeatService _service;
    private Task _watching = Task.CompletedTask;

    public HeartbeatWatchTests() => _service = new HeartbeatService(_state.State);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        // Nothing but its end ends a watch.
        if (_watching != Task.CompletedTask) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watching);
        _service.Dispose();
        _state.Dispose();
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
        Assert.Single(_told.Select(heartbeat => heartbeat.Since).Distinct());
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
        using var server = new BackendServer("shop");
        var time = new FakeTimeProvider();
        using var checker = new HeartbeatChecker(_state.State, time);
        var beats = new ConcurrentQueue<string>();
        var began = time.GetUtcNow();
        _watching = new HeartbeatWatch(checker, time).RunAsync(
            [HeartbeatBed.Target(server.Uri, "one"), HeartbeatBed.Target(server.Uri, "two")],
            TimeSpan.FromSeconds(10),
            (heartbeat, _) => beats.Enqueue($"{heartbeat.Target} {(heartbeat.At - began).TotalSeconds:0}"),
            _ending.Token);
        await Eventually.IsAsync(() => beats.Count == 2);
        // Each step is half of an interval, after which one beat is due.
        for (var step = 1; step <= 4; step++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Eventually.IsAsync(() => beats.Count == 2 + step);
        }

        Assert.Equal(["two 5", "one 10", "two 15", "one 20"], beats.Skip(2));
    }

    [Fact]
    public async Task SSH_servers_are_not_asked_so_often_that_they_would_refuse_this_host()
    {
        using var server = new BackendServer("not ssh");
        Watch([new HeartbeatTarget { Name = "host", Uri = new Uri($"ssh://127.0.0.1:{server.Port}"), Fall = 1, Timeout = TimeSpan.FromMilliseconds(100) }, HeartbeatBed.Target(server.Uri)], isEach: true);
        await Eventually.IsAsync(() => _told.Count(heartbeat => heartbeat.Target == "shop") >= 8);
        Assert.Single(_told, heartbeat => heartbeat.Target == "host");
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
