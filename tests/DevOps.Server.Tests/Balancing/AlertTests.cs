using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>Who hears of it when a canary goes and comes back.</summary>
[Trait("Category", "Slow")]
public sealed class AlertTests
{
    [Fact]
    public async Task A_canary_that_goes_down_and_comes_back_is_told_once_each_with_cause_and_one_incident()
    {
        using var production = new BackendServer("production");
        var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        using var receiver = AlertReceiver.Add(balancer.State);
        canary.Dispose();
        var down = await receiver.NextAsync();
        using var again = new BackendServer("canary", canary.Port);
        var up = await receiver.NextAsync();
        Assert.Equal((AlertSeverity.Warning, AlertSeverity.Recovery), (down.Severity, up.Severity));
        Assert.Equal(("balancer/shop", "canary"), (down.Source, down.Subject));
        Assert.Equal(down.Incident, up.Incident);
        Assert.Contains("production gets all requests (2:0)", down.Summary, StringComparison.Ordinal);
        Assert.Contains("Connection refused", down.Evidence, StringComparison.Ordinal);
        Assert.Contains("2:1", up.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_is_told_also_when_the_process_that_raised_the_alert_was_replaced_meanwhile()
    {
        using var production = new BackendServer("production");
        var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        using var receiver = AlertReceiver.Add(balancer.State);
        canary.Dispose();
        var down = await receiver.NextAsync();
        await balancer.KillAsync();
        using var again = new BackendServer("canary", canary.Port);
        await using var successor = await balancer.StartAgainAsync();
        var up = await receiver.NextAsync();
        // Killed before it noted that the alert was taken, the process leaves it to be sent once more, under the same id.
        while (up.Id == down.Id) up = await receiver.NextAsync();
        Assert.Equal((AlertSeverity.Recovery, down.Incident, "canary"), (up.Severity, up.Incident, up.Subject));
    }

    [Fact]
    public async Task When_nobody_is_left_the_alert_is_critical()
    {
        var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        using var receiver = AlertReceiver.Add(balancer.State);
        production.Dispose();
        Assert.Equal([(AlertSeverity.Warning, "production"), (AlertSeverity.Critical, "shop")], [Told(await receiver.NextAsync()), Told(await receiver.NextAsync())]);
        static (AlertSeverity Severity, string Subject) Told(Alert alert) => (alert.Severity, alert.Subject);
    }

    [Fact]
    public async Task What_is_done_on_purpose_raises_no_alert()
    {
        using var production = new BackendServer("production");
        var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        using var receiver = AlertReceiver.Add(balancer.State);
        await balancer.HoldAsync(new("canary", "deployment-1", TimeSpan.FromMinutes(1), "it is updated"));
        canary.Dispose();
        while ((await balancer.ReportAsync()).Backends[1].Cause is not "it is updated") await Task.Delay(20, TestContext.Current.CancellationToken);
        using var again = new BackendServer("canary", canary.Port);
        await balancer.HoldAsync(new("canary", "deployment-1", TimeSpan.Zero, "it is updated"));
        while ((await balancer.ReportAsync()).Split != "2:1") await Task.Delay(20, TestContext.Current.CancellationToken);
        // The first alert that is heard is the one about production, which is raised after all of that.
        production.Dispose();
        Assert.Equal("production", (await receiver.NextAsync()).Subject);
    }
}
