using Deque.AxeCore.Playwright;
using DevOps.Model;
using Microsoft.Playwright;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>Nobody is shut out: what axe looks for, in both themes.</summary>
/// <param name="browser">The browser.</param>
[Trait("Category", "Slow")]
public sealed class AccessibilityTests(Browser browser)
{
    public static TheoryData<string> Themes { get; } = [nameof(ColorScheme.Dark), nameof(ColorScheme.Light)];

    [Theory]
    [MemberData(nameof(Themes))]
    public async Task The_page_its_history_and_its_form_have_no_faults(string theme)
    {
        var scheme = Enum.Parse<ColorScheme>(theme);
        await using var bed = await PageBed.OpenAsync(targets: Sample.Targets);
        Sample.Fill(bed.Board);
        bed.Take(PageBed.Beat(Sample.Targets[0], HeartbeatState.Degraded, cause: "the answer took 1.2 s"), hasChanged: true);
        bed.Take(PageBed.Beat(Sample.Targets[1], HeartbeatState.Maintenance, cause: "a deployment is at work"), hasChanged: true);
        bed.Take(PageBed.Beat(Sample.Targets[3], HeartbeatState.Unknown), hasChanged: true);
        bed.Board.SetNotices(["The history cannot be written: the disk is full."]);
        await using var visit = await browser.VisitAsync(bed, scheme);
        await visit.SaysAsync("#summary", "3 of 7 up · 1 down");
        await CheckAsync(visit.Page);
        await visit.Box("itrust-3").Locator("button").ClickAsync();
        await visit.SaysAsync("#history-body", "Incidents");
        await CheckAsync(visit.Page);

        await using var closed = await PageBed.OpenAsync(PageBed.Token);
        await using var stranger = await browser.VisitAsync(closed, scheme, width: 390);
        await stranger.Page.GetByLabel("Token").FillAsync("wrong");
        await stranger.Page.Keyboard.PressAsync("Enter");
        await stranger.SaysAsync("[role=alert]", "That is not the token.");
        await CheckAsync(stranger.Page);
    }

    private static async Task CheckAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help} at {string.Join(", ", violation.Nodes.Select(node => node.Target + " " + node.Html))}"));
        Assert.NotEmpty(result.Passes);
    }
}
