using System.Diagnostics;
using DevOps.Model;
using Microsoft.Playwright;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>What an operator sees while the monitor or the network is gone.</summary>
/// <param name="browser">The browser.</param>
[Trait("Category", "Slow")]
public sealed class OutageViewTests(Browser browser)
{
    private static readonly HeartbeatTarget One = Sample.Targets[0];

    [Fact]
    public async Task A_monitor_that_dies_makes_the_page_old_and_its_successor_makes_it_live_again()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "6 of 7 up");
        await Assertions.Expect(visit.Page.Locator("#stale")).ToBeHiddenAsync();
        await bed.StopAsync();
        var clock = Stopwatch.StartNew();
        await visit.SaysAsync("#stale", "The monitor has not been heard from since");
        // Two beats and a little; the rest is this machine's patience.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Assertions.Expect(visit.Page.Locator("body")).ToHaveClassAsync("stale");
        await bed.RestartAsync(board =>
        {
            Sample.Fill(board);
            board.Take(PageBed.Beat(Sample.Targets[2]), hasChanged: true);
        });
        await Assertions.Expect(visit.Page.Locator("#stale")).ToBeHiddenAsync();
        await visit.SaysAsync("#summary", "All 7 up");
        await Assertions.Expect(visit.Page.Locator("body")).Not.ToHaveClassAsync("stale");
    }

    [Fact]
    public async Task What_happened_while_the_browser_was_offline_is_caught_up_with()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "6 of 7 up");
        // What is offline keeps the connections that it has; the monitor's side ends them.
        await visit.Context.SetOfflineAsync(true);
        await bed.StopAsync();
        await visit.SaysAsync("#stale", "what you see is old");
        bed.Take(PageBed.Beat(One, HeartbeatState.Degraded, cause: "slow"), hasChanged: true);
        await bed.ReopenAsync();
        await visit.Context.SetOfflineAsync(false);
        await Assertions.Expect(visit.Box(One.Name).Locator(".state")).ToHaveTextAsync("Degraded");
        await Assertions.Expect(visit.Page.Locator("#stale")).ToBeHiddenAsync();
    }
}
