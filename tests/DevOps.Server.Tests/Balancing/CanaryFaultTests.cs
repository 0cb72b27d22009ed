using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>
/// A canary that dies, hangs or talks nonsense under load: no request fails of which no byte had gone out, everything goes
/// to production, and once the canary is back the split is 2:1 again.
/// </summary>
[Trait("Category", "Slow")]
public sealed class CanaryFaultTests : IAsyncDisposable
{
    private readonly BackendServer _production = new("production");
    private readonly BackendServer _canary = new("canary");
    private RunningBalancer? _balancer;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_balancer is not null) await _balancer.DisposeAsync();
        _production.Dispose();
        _canary.Dispose();
    }

    [Fact]
    public async Task A_canary_killed_with_signal_9_is_invisible_to_users()
    {
        using var canary = await BackendProcess.StartAsync("canary");
        await StartAsync(canary.Uri);
        var before = await Load.RunAsync(_balancer!.Uri, Soak.Of(900, 30_000));
        Task<LoadResult> during;
        {
            var started = new TaskCompletionSource();
            during = Load.RunAsync(_balancer.Uri, Soak.Of(2_000, 40_000), make: () =>
            {
                started.TrySetResult();
                return new HttpRequestMessage(HttpMethod.Get, "/");
            });
            await started.Task;
            canary.Kill();
        }

        Assert.Empty((await during).Faults);
        await _balancer.WaitForAsync(BalancerEventKind.BackendDown, "canary");
        Assert.Equal(0, (await Load.RunAsync(_balancer.Uri, 100)).By("canary"));
        await canary.StartAsync();
        await _balancer.WaitForAsync(BalancerEventKind.BackendUp, "canary");
        var after = await Load.RunAsync(_balancer.Uri, Soak.Of(900, 30_000));
        Assert.Empty(before.Faults.Concat(after.Faults));
        Assert.Equal((Soak.Of(300, 10_000), Soak.Of(300, 10_000)), (before.By("canary"), after.By("canary")));
    }

    [Fact]
    public async Task A_canary_that_is_stopped_in_order_is_invisible_to_users()
    {
        using var canary = await BackendProcess.StartAsync("canary");
        await StartAsync(canary.Uri);
        var result = await WhileAsync(() => canary.SignalAsync("TERM"));
        Assert.Empty(result.Faults);
        await _balancer!.WaitForAsync(BalancerEventKind.BackendDown, "canary");
    }

    [Fact]
    public async Task A_canary_that_is_paused_gets_its_requests_answered_by_production()
    {
        using var canary = await BackendProcess.StartAsync("canary");
        await StartAsync(canary.Uri);
        var result = await WhileAsync(() => canary.SignalAsync("STOP"));
        Assert.Empty(result.Faults);
        var down = await _balancer!.WaitForAsync(BalancerEventKind.BackendDown, "canary");
        Assert.Equal("2:0", down.Split);
        await canary.SignalAsync("CONT");
        await _balancer.WaitForAsync(BalancerEventKind.BackendUp, "canary");
        Assert.Equal(10, (await Load.RunAsync(_balancer.Uri, 30)).By("canary"));
    }

    [Fact]
    public async Task A_canary_that_is_unplugged_gets_its_requests_answered_by_production()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/iptables"), "Dropping packets needs root and iptables.");
        await StartAsync(_canary.Uri);
        await using var cable = new Cable(_canary.Port);
        var result = await WhileAsync(cable.UnplugAsync);
        Assert.Empty(result.Faults);
        await _balancer!.WaitForAsync(BalancerEventKind.BackendDown, "canary");
        await cable.PlugInAsync();
        await _balancer.WaitForAsync(BalancerEventKind.BackendUp, "canary");
        Assert.Equal(10, (await Load.RunAsync(_balancer.Uri, 30)).By("canary"));
    }

    [Theory]
    [InlineData(nameof(Behaviour.Fail))]
    [InlineData(nameof(Behaviour.FailSometimes))]
    [InlineData(nameof(Behaviour.CutKnownLength))]
    [InlineData(nameof(Behaviour.Babble))]
    [InlineData(nameof(Behaviour.HangUp))]
    public async Task A_canary_that_errs_is_taken_out_at_the_first_error_and_nobody_sees_it(string behaviour)
    {
        await StartAsync(_canary.Uri);
        _canary.Behaviour = Enum.Parse<Behaviour>(behaviour);
        var result = await Load.RunAsync(_balancer!.Uri, 600, atOnce: 1);
        Assert.Empty(result.Faults);
        var events = await _balancer.EventsAsync();
        var down = events.First(entry => entry.Kind == BalancerEventKind.BackendDown);
        Assert.Equal(("canary", "2:0"), (down.Backend, down.Split));
        Assert.Contains("GET /", down.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_judge_decides_a_failing_canary_keeps_its_share_and_users_still_see_no_error()
    {
        await StartAsync(_canary.Uri, settings => settings with { EjectsFailingCanary = false });
        _canary.Behaviour = Behaviour.Fail;
        var result = await Load.RunAsync(_balancer!.Uri, 300);
        Assert.Empty(result.Faults);
        Assert.Equal(300, result.By("production"));
        var report = await _balancer.ReportAsync();
        Assert.Equal((BackendState.Up, 100, 100), (report.Backends[1].State, report.Backends[1].Requests, report.Backends[1].Errors));
    }

    [Fact]
    public async Task A_canary_that_answers_slowly_is_left_alone_and_its_latency_counted()
    {
        await StartAsync(_canary.Uri);
        (_canary.Behaviour, _canary.Delay) = (Behaviour.ServeLate, TimeSpan.FromMilliseconds(100));
        var result = await Load.RunAsync(_balancer!.Uri, 60);
        Assert.Empty(result.Faults);
        Assert.Equal(20, result.By("canary"));
        var latencies = (await _balancer.ReportAsync()).Backends[1].Latencies;
        Assert.True(Core.Balancing.LatencyHistogram.Percentile(latencies, 0.5) >= TimeSpan.FromMilliseconds(95));
    }

    [Fact]
    public async Task An_answer_that_does_not_begin_in_time_is_given_by_production()
    {
        await StartAsync(_canary.Uri, settings => settings with { AnswerTimeout = TimeSpan.FromSeconds(2) });
        (_canary.Behaviour, _canary.Delay) = (Behaviour.ServeLate, TimeSpan.FromSeconds(30));
        var result = await Load.RunAsync(_balancer!.Uri, 30);
        Assert.Empty(result.Faults);
        Assert.Equal(30, result.By("production"));
    }

    [Fact]
    public async Task A_chunked_answer_that_breaks_off_is_told_to_the_client_as_broken()
    {
        await StartAsync(_canary.Uri);
        _canary.Behaviour = Behaviour.CutChunks;
        var result = await Load.RunAsync(_balancer!.Uri, 3, atOnce: 1);
        Assert.Contains("while copying content", Assert.Single(result.Faults), StringComparison.Ordinal);
        await _balancer.WaitForAsync(BalancerEventKind.BackendDown, "canary");
    }

    [Fact]
    public async Task A_request_that_may_not_be_repeated_is_answered_with_the_canarys_own_failure()
    {
        await StartAsync(_canary.Uri, settings => settings with { EjectsFailingCanary = false });
        _canary.Behaviour = Behaviour.Fail;
        var result = await Load.RunAsync(_balancer!.Uri, 3, atOnce: 1, () => new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[100]) });
        Assert.Equal("500 canary failed", Assert.Single(result.Faults));
        Assert.Equal(2, _production.Requests);
    }

    [Fact]
    public async Task A_request_that_may_not_be_repeated_goes_to_production_when_the_canary_certainly_got_nothing()
    {
        await StartAsync(_canary.Uri, settings => settings with { Check = settings.Check with { Interval = TimeSpan.FromHours(1) } });
        _canary.Dispose();
        var result = await Load.RunAsync(_balancer!.Uri, 30, atOnce: 4, () => new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[100_000]) });
        Assert.Empty(result.Faults);
        Assert.Equal(30, _production.Requests);
    }

    [Fact]
    public async Task When_it_was_allowed_any_request_is_repeated_with_its_body()
    {
        await StartAsync(_canary.Uri, settings => settings with { EjectsFailingCanary = false, RetriesUnsafeRequests = true });
        _canary.Behaviour = Behaviour.HangUp;
        var result = await Load.RunAsync(_balancer!.Uri, 30, atOnce: 4, () => new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[10_000]) });
        Assert.Empty(result.Faults);
        Assert.Equal(30, _production.Requests);
    }

    [Fact]
    public async Task A_canary_that_goes_up_and_down_is_kept_out_for_longer_and_longer()
    {
        await StartAsync(_canary.Uri);
        var flapping = _balancer!.WaitForAsync(BalancerEventKind.BackendFlapping, "canary");
        while (!flapping.IsCompleted)
        {
            _canary.CheckBehaviour = Behaviour.Fail;
            await Task.Delay(150, TestContext.Current.CancellationToken);
            _canary.CheckBehaviour = Behaviour.Serve;
            await Task.Delay(400, TestContext.Current.CancellationToken);
        }

        Assert.Contains("stays out for 5 s", (await flapping).Cause, StringComparison.Ordinal);
        var result = await Load.RunAsync(_balancer.Uri, 30);
        Assert.Equal((0, 0), (result.Faults.Count, result.By("canary")));
    }

    private async Task StartAsync(Uri canary, Func<Core.Balancing.BalancerSettings, Core.Balancing.BalancerSettings>? change = null)
    {
        var settings = RunningBalancer.TwoToOne(_production.Uri, canary);
        _balancer = await RunningBalancer.StartAsync(change is null ? settings : change(settings));
    }

    // Load before, during and after something that happens to the canary, until it is out.
    private async Task<LoadResult> WhileAsync(Func<Task> happens)
    {
        var isOut = _balancer!.WaitForAsync(BalancerEventKind.BackendDown, "canary");
        var load = Load.UntilAsync(_balancer.Uri, isOut);
        await happens();
        await isOut;
        return await load;
    }
}
