using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>A balancer that is replaced by a successor, stopped, or killed.</summary>
[Trait("Category", "Slow")]
public sealed class HandoverTests : IDisposable
{
    private readonly BackendServer _production = new("production");
    private readonly BackendServer _canary = new("canary");

    /// <inheritdoc/>
    public void Dispose()
    {
        _production.Dispose();
        _canary.Dispose();
    }

    [Fact]
    public async Task Restarts_under_load_lose_no_request()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));
        var first = (await balancer.StatusAsync()).ProcessId;
        var restarts = Task.Run(async () =>
        {
            for (var restart = 0; restart < Soak.Of(2, 20); restart++) await balancer.HandOverAsync();
        }, TestContext.Current.CancellationToken);
        var result = await Load.UntilAsync(balancer.Uri, restarts);
        await restarts;
        Assert.Empty(result.Faults);
        Assert.NotEqual(first, (await balancer.StatusAsync()).ProcessId);
        // The first process ends by itself when its last connection is gone.
        await balancer.WaitForEndAsync();
        Assert.Empty((await Load.RunAsync(balancer.Uri, 30)).Faults);
    }

    [Fact]
    public async Task A_successor_goes_on_with_the_numbers_of_events_and_with_what_is_held()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));
        await balancer.HoldAsync(new("canary", "deployment-1", TimeSpan.FromMinutes(5), "it is updated"));
        var before = (await balancer.ReportAsync()).LastEvent;
        await balancer.HandOverAsync();
        var report = await balancer.ReportAsync();
        Assert.Equal(("2:0", BackendState.Drained), (report.Split, report.Backends[1].State));
        var events = await balancer.EventsAsync();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(entry => entry.Id));
        Assert.True(report.LastEvent > before);
    }

    [Fact]
    public async Task A_successor_that_cannot_start_changes_nothing()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));
        var first = (await balancer.StatusAsync()).ProcessId;
        var failure = await Assert.ThrowsAsync<Core.DevOpsException>(() => balancer.HandOverAsync("/nonexistent/DevOps.Server.dll"));
        Assert.Equal("ServerEndedEarly", failure.Id);
        Assert.Equal(first, (await balancer.StatusAsync()).ProcessId);
        Assert.Empty((await Load.RunAsync(balancer.Uri, 30)).Faults);
    }

    [Fact]
    public async Task A_stop_lets_requests_in_flight_finish()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));
        (_production.Behaviour, _production.Delay) = (Behaviour.ServeLate, TimeSpan.FromSeconds(1));
        var load = Load.RunAsync(balancer.Uri, 2, atOnce: 2);
        while ((await balancer.ReportAsync()).InFlight < 2) await Task.Delay(10, TestContext.Current.CancellationToken);
        await balancer.StopAsync();
        var result = await load;
        Assert.Equal((0, 2), (result.Faults.Count, result.By("production")));
    }

    [Fact]
    public async Task A_balancer_that_was_killed_starts_again_with_its_settings()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));
        await balancer.ChangeAsync(settings => settings with { Backends = [settings.Backends[0] with { Weight = 4 }, settings.Backends[1]] });
        var settings = balancer.Files.ReadSettings()!;
        await balancer.KillAsync();
        await using var again = await RunningBalancer.StartAsync(settings);
        Assert.Equal("4:1", (await again.ReportAsync()).Split);
    }
}
