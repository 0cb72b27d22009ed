using System.Net;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>Production that is down, and everything that is down.</summary>
[Trait("Category", "Slow")]
public sealed class OutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_production_is_down_the_canary_does_not_serve_alone()
    {
        var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        production.Dispose();
        var down = await balancer.WaitForAsync(BalancerEventKind.AllDown);
        Assert.Equal("0:0", down.Split);
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        using var answer = await http.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(2, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task When_it_was_asked_for_the_canary_serves_alone()
    {
        var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri) with { AllowsCanaryAlone = true });
        production.Dispose();
        await balancer.WaitForAsync(BalancerEventKind.BackendDown, "production");
        var result = await Load.RunAsync(balancer.Uri, 10);
        Assert.Equal((0, 10), (result.Faults.Count, result.By("canary")));
    }

    [Fact]
    public async Task After_everything_was_down_the_split_begins_anew()
    {
        var production = new BackendServer("production");
        var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        await Load.RunAsync(balancer.Uri, 1);
        production.Dispose();
        canary.Dispose();
        await balancer.WaitForAsync(BalancerEventKind.AllDown);
        // Production alone makes that: a canary that nobody saw go down would not be seen to come back either.
        await balancer.WaitForAsync(BalancerEventKind.BackendDown, "canary");
        Assert.Equal(5, (await Load.RunAsync(balancer.Uri, 5)).Faults.Count(fault => fault.StartsWith("503", StringComparison.Ordinal)));
        var before = (await balancer.ReportAsync()).LastEvent;
        using var newProduction = new BackendServer("production", production.Uri.Port);
        using var newCanary = new BackendServer("canary", canary.Uri.Port);
        await balancer.WaitForAsync(BalancerEventKind.BackendUp, "production", before);
        await balancer.WaitForAsync(BalancerEventKind.BackendUp, "canary", before);
        var result = await Load.RunAsync(balancer.Uri, 30);
        Assert.Equal((0, 20, 10), (result.Faults.Count, result.By("production"), result.By("canary")));
    }

    [Fact]
    public async Task One_of_two_production_backends_that_dies_is_invisible_to_users()
    {
        using var first = await BackendProcess.StartAsync("first");
        using var second = new BackendServer("second");
        var settings = RunningBalancer.TwoToOne(first.Uri, second.Uri);
        await using var balancer = await RunningBalancer.StartAsync(settings with
        {
            Backends =
            [
                settings.Backends[0] with { Name = "first", Weight = 1 },
                settings.Backends[1] with { Name = "second", Role = ApplicationRole.Production },
            ],
        });
        var isOut = balancer.WaitForAsync(BalancerEventKind.BackendDown, "first");
        var load = Load.UntilAsync(balancer.Uri, isOut);
        first.Kill();
        Assert.Empty((await load).Faults);
    }

    [Fact]
    public async Task Productions_own_error_is_the_clients_answer_and_takes_nobody_out()
    {
        using var production = new BackendServer("production") { Behaviour = Behaviour.Fail };
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        var result = await Load.RunAsync(balancer.Uri, 30);
        Assert.Equal((20, 10), (result.Faults.Count(fault => fault == "500 production failed"), result.By("canary")));
        await balancer.WaitForAsync(BalancerEventKind.BackendFailing, "production");
        Assert.Equal("2:1", (await balancer.ReportAsync()).Split);
    }
}
