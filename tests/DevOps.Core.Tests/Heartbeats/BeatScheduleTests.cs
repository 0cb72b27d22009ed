using System.Collections.Concurrent;
using DevOps.Core.Heartbeats;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

public sealed class BeatScheduleTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly BeatSchedule _schedule;
    private readonly ConcurrentQueue<string> _woken = new();

    public BeatScheduleTests() => _schedule = new BeatSchedule(_time);

    public void Dispose() => _schedule.Dispose();

    [Fact]
    public async Task Each_is_woken_at_its_time_also_one_that_comes_later_and_is_due_before()
    {
        Task[] waits = [WaitAsync("late", 30), WaitAsync("soon", 10), WaitAsync("between", 20)];
        foreach (var _ in waits) _time.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAll(waits);
        Assert.Equal(["soon 10", "between 20", "late 30"], _woken);
    }

    [Fact]
    public async Task Those_of_one_time_are_woken_together_in_the_thread_of_the_timer()
    {
        var threads = new ConcurrentQueue<int>();
        Task[] waits = [.. Enumerable.Range(0, 10).Select(async _ =>
        {
            using var turn = _schedule.Join(CancellationToken.None);
            await turn.WaitAsync(TimeSpan.FromSeconds(5));
            threads.Enqueue(Environment.CurrentManagedThreadId);
        })];
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.All(waits, wait => Assert.True(wait.IsCompletedSuccessfully));
        await Task.WhenAll(waits);
        Assert.Single(threads.Distinct());
    }

    [Fact]
    public async Task Who_is_ended_is_told_at_once_and_nobody_else()
    {
        using var ending = new CancellationTokenSource();
        var ended = WaitUntilEndedAsync("ended", 10, ending.Token);
        var other = WaitAsync("other", 10);
        await ending.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => ended);
        _time.Advance(TimeSpan.FromSeconds(10));
        await other;
        Assert.Equal(["other 10"], _woken);
    }

    [Fact]
    public async Task Who_was_ended_before_does_not_wait() =>
        await Assert.ThrowsAsync<OperationCanceledException>(() => WaitUntilEndedAsync("ended", 10, new CancellationToken(canceled: true)));

    [Fact]
    public async Task A_time_that_has_passed_wakes_at_the_next_tick()
    {
        _time.Advance(TimeSpan.FromSeconds(20));
        var late = WaitAsync("late", 10);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await late;
        Assert.Equal(["late 20"], _woken);
    }

    [Fact]
    public async Task Whoever_waits_again_while_others_are_woken_is_woken_again()
    {
        var waits = Enumerable.Range(1, 3).Select(async number =>
        {
            using var turn = _schedule.Join(CancellationToken.None);
            for (var round = 1; round <= 3; round++)
            {
                await turn.WaitAsync(TimeSpan.FromSeconds(round));
                _woken.Enqueue($"{number} {round}");
            }
        }).ToArray();
        for (var second = 1; second <= 3; second++) _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(waits);
        Assert.Equal(9, _woken.Count);
        Assert.Equal(_woken.Order(StringComparer.Ordinal), ((string[])["1 1", "1 2", "1 3", "2 1", "2 2", "2 3", "3 1", "3 2", "3 3"]));
    }

    [Fact]
    public async Task Under_a_real_clock_with_many_who_come_wait_and_are_ended_nobody_is_forgotten()
    {
        using var schedule = new BeatSchedule(TimeProvider.System);
        var waits = Enumerable.Range(0, 500).Select(number => Task.Run(async () =>
        {
            using var ending = new CancellationTokenSource();
            using var turn = schedule.Join(ending.Token);
            for (var round = 0; round < 20; round++) await turn.WaitAsync(schedule.Elapsed + TimeSpan.FromMilliseconds((number + round) % 7));
            if (number % 2 == 0) return;
            var last = turn.WaitAsync(TimeSpan.FromDays(1)).AsTask();
            await ending.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => last);
        }));
        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private Task WaitAsync(string name, double seconds) => WaitUntilEndedAsync(name, seconds, TestContext.Current.CancellationToken);

    private async Task WaitUntilEndedAsync(string name, double seconds, CancellationToken ct)
    {
        using var turn = _schedule.Join(ct);
        await turn.WaitAsync(TimeSpan.FromSeconds(seconds));
        _woken.Enqueue($"{name} {_schedule.Elapsed.TotalSeconds:0}");
    }
}
