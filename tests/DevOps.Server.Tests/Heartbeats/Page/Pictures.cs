using Microsoft.Playwright;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>Takes the pictures of the documentation, into the folder that DEVOPS_PICTURES names.</summary>
/// <param name="browser">The browser.</param>
[Collection(nameof(Browser))]
public sealed class Pictures(Browser browser)
{
    [Fact]
    public async Task The_page_on_a_busy_afternoon()
    {
        var folder = Environment.GetEnvironmentVariable("DEVOPS_PICTURES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "DEVOPS_PICTURES names no folder for pictures.");
        await using var bed = await PageBed.OpenAsync(targets: Sample.Targets);
        Sample.Fill(bed.Board);
        await using var visit = await browser.VisitAsync(bed, ColorScheme.Dark, width: 1_600, height: 900, scale: 1.5f);
        await visit.SaysAsync("#summary", "6 of 7 up · 1 down");
        await visit.SaysAsync("#balancers", "checkbox-canary");
        await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "heartbeat-page.png") });
    }
}
