using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>Who answers how often, while everybody is well.</summary>
[Trait("Category", "Slow")]
public sealed class SplitTests
{
    private static readonly string[] OneRound = ["production", "production", "canary"];

    [Fact]
    public async Task Two_of_three_requests_go_to_production_and_each_third_to_the_canary()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        var order = new List<string>();
        for (var request = 0; request < 9; request++) order.AddRange((await Load.RunAsync(balancer.Uri, 1, atOnce: 1)).Served.Keys);
        Assert.Equal([.. OneRound, .. OneRound, .. OneRound], order);
    }

    [Fact]
    public async Task The_split_is_exact_however_many_ask_at_once()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        var result = await Load.RunAsync(balancer.Uri, Soak.Of(3_000, 100_000), atOnce: 64);
        Assert.Empty(result.Faults);
        Assert.InRange(result.By("canary"), (Soak.Of(3_000, 100_000) / 3) - 1, (Soak.Of(3_000, 100_000) / 3) + 1);
    }

    [Fact]
    public async Task Weights_that_change_a_thousand_times_under_load_lose_no_request()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        var changes = Task.Run(async () =>
        {
            for (var change = 0; change < Soak.Of(100, 1_000); change++)
            {
                await balancer.ChangeAsync(settings => settings with { Backends = [.. settings.Backends.Select(backend => backend with { Weight = 1 + ((change + backend.Name.Length) % 7) })] });
            }
        }, TestContext.Current.CancellationToken);
        var result = await Load.UntilAsync(balancer.Uri, changes);
        await changes;
        Assert.Empty(result.Faults);
        Assert.True(result.By("production") > 0 && result.By("canary") > 0);
    }

    [Fact]
    public async Task A_drained_backend_gets_nothing_new_and_is_back_in_the_split_when_it_is_wanted_again()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        var drained = await balancer.ChangeAsync(settings => settings with { Backends = [settings.Backends[0], settings.Backends[1] with { IsDraining = true }] });
        Assert.Equal("2:0", drained.Split);
        Assert.Equal(BackendState.Drained, drained.Backends[1].State);
        Assert.Equal(0, (await Load.RunAsync(balancer.Uri, 30)).By("canary"));
        await balancer.ChangeAsync(settings => settings with { Backends = [settings.Backends[0], settings.Backends[1] with { IsDraining = false }] });
        Assert.Equal(10, (await Load.RunAsync(balancer.Uri, 30)).By("canary"));
    }

    [Fact]
    public async Task A_backend_that_is_added_while_the_balancer_runs_gets_its_share_after_its_first_check()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        using var third = new BackendServer("third");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        await balancer.ChangeAsync(settings => settings with { Backends = [.. settings.Backends, new() { Name = "third", Uri = third.Uri, Role = ApplicationRole.Production, Weight = 3 }] });
        await balancer.WaitForAsync(BalancerEventKind.BackendUp, "third");
        var result = await Load.RunAsync(balancer.Uri, 60);
        Assert.Empty(result.Faults);
        Assert.Equal((20, 10, 30), (result.By("production"), result.By("canary"), result.By("third")));
    }

    [Fact]
    public async Task While_production_is_held_on_purpose_the_canary_serves_alone()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        await balancer.HoldAsync(new($"127.0.0.1:{production.Port}", "deployment-1", TimeSpan.FromMinutes(1), "it is updated"));
        var held = await Load.RunAsync(balancer.Uri, 12);
        await balancer.HoldAsync(new("production", "deployment-1", TimeSpan.Zero, "it is updated"));
        var back = await Load.RunAsync(balancer.Uri, 12);
        Assert.Empty(held.Faults.Concat(back.Faults));
        Assert.Equal((12, 4), (held.By("canary"), back.By("canary")));
    }

    [Fact]
    public async Task A_hold_whose_owner_forgets_it_ends_by_itself()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri));
        await balancer.HoldAsync(new("canary", "deployment-1", TimeSpan.FromMilliseconds(300), "it is updated"));
        var back = await balancer.WaitForAsync(BalancerEventKind.BackendBack, "canary");
        Assert.Contains("deployment-1", back.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_stays_with_its_backend_whatever_the_weights_become()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri) with { IsSticky = true });
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        var first = await http.GetStringAsync("/", TestContext.Current.CancellationToken);
        await balancer.ChangeAsync(settings => settings with { Backends = [settings.Backends[0] with { Weight = 1 }, settings.Backends[1] with { Weight = 100 }] });
        for (var request = 0; request < 10; request++) Assert.Equal(first, await http.GetStringAsync("/", TestContext.Current.CancellationToken));
    }
}
