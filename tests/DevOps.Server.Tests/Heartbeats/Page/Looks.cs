using Microsoft.Playwright;
using DevOps.Model;
namespace DevOps.Server.Tests.Heartbeats.Page;
public sealed class Looks(Browser browser)
{
    [Fact]
    public async Task Take()
    {
        var folder = Environment.GetEnvironmentVariable("LOOKS")!;
        await using var bed = await PageBed.OpenAsync(targets: Sample.Targets);
        Sample.Fill(bed.Board);
        foreach (var (name, scheme, width, height) in new[] { ("dark-1280", ColorScheme.Dark, 1280, 900), ("light-1280", ColorScheme.Light, 1280, 900), ("dark-390", ColorScheme.Dark, 390, 844), ("light-390", ColorScheme.Light, 390, 844), ("dark-2560", ColorScheme.Dark, 2560, 1440), ("light-2560", ColorScheme.Light, 2560, 1440) })
        {
            await using var visit = await browser.VisitAsync(bed, scheme, width, height);
            await visit.SaysAsync("#summary", "6 of 7");
            await visit.Page.WaitForTimeoutAsync(300);
            await visit.Page.ScreenshotAsync(new() { Path = $"{folder}/{name}.png", FullPage = width == 390 });
            if (width is 1280 or 390)
            {
                await visit.Box("itrust-3").Locator("button").ClickAsync();
                await visit.SaysAsync("#history-body", "Incidents");
                await visit.Page.ScreenshotAsync(new() { Path = $"{folder}/{name}-history.png" });
            }
            foreach (var c in visit.Complaints) TestContext.Current.SendDiagnosticMessage(c);
            File.WriteAllLines($"{folder}/{name}.txt", visit.Complaints);
        }
    }
    [Fact]
    public async Task Many()
    {
        var folder = Environment.GetEnvironmentVariable("LOOKS")!;
        var targets = Enumerable.Range(1, 1000).Select(n => new HeartbeatTarget { Name = $"web-{n}", Group = $"app-{(n - 1) / 100 + 1}", Environment = n > 700 ? "staging" : "production", Uri = new($"http://10.1.{n / 250}.{n % 250 + 1}:8080/") }).ToArray();
        await using var bed = await PageBed.OpenAsync(targets: targets);
        for (var b = 0; b < 60; b++) foreach (var t in targets) bed.Take(PageBed.Beat(t, (t.Uri.Host.Length + t.Name.Sum(c => c)) % 97 == 0 ? HeartbeatState.Down : HeartbeatState.Up, 2 + b % 7, "the connection was refused"));
        foreach (var (name, scheme, width, height) in new[] { ("many-dark-1280", ColorScheme.Dark, 1280, 900), ("many-light-2560", ColorScheme.Light, 2560, 1440) })
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await using var visit = await browser.VisitAsync(bed, scheme, width, height);
            await visit.SaysAsync("#summary", "of 1,000 up");
            clock.Stop();
            await visit.Page.WaitForTimeoutAsync(500);
            File.WriteAllText($"{folder}/{name}.txt", clock.ElapsedMilliseconds + " ms until told " + await visit.Page.EvaluateAsync<string>("JSON.stringify(performance.getEntriesByType('paint').map(p => [p.name, p.startTime]))"));
            await visit.Page.ScreenshotAsync(new() { Path = $"{folder}/{name}.png" });
        }
    }
    [Fact]
    public async Task Stale()
    {
        var folder = Environment.GetEnvironmentVariable("LOOKS")!;
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed, ColorScheme.Light, 1280, 800);
        await using var dark = await browser.VisitAsync(bed, ColorScheme.Dark, 1280, 800);
        await visit.SaysAsync("#summary", "of");
        await bed.StopAsync();
        await visit.SaysAsync("#stale", "old"); await dark.SaysAsync("#stale", "old");
        await visit.Page.ScreenshotAsync(new() { Path = $"{folder}/stale-light.png" });
        await dark.Page.ScreenshotAsync(new() { Path = $"{folder}/stale-dark.png" });
        await using var closed = await PageBed.OpenAsync(PageBed.Token);
        await using var form = await browser.VisitAsync(closed, ColorScheme.Dark, 800, 600);
        await form.Page.ScreenshotAsync(new() { Path = $"{folder}/login.png" });
    }
    [Fact]
    public async Task Load()
    {
        var folder = Environment.GetEnvironmentVariable("LOOKS")!;
        var targets = Enumerable.Range(1, 1000).Select(n => new HeartbeatTarget { Name = $"web-{n}", Group = $"app-{(n - 1) / 100 + 1}", Uri = new($"http://10.1.{n / 250}.{n % 250 + 1}:8080/") }).ToArray();
        await using var bed = await PageBed.OpenAsync(targets: targets);
        foreach (var t in targets) bed.Take(PageBed.Beat(t));
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "1,000");
        await visit.Page.EvaluateAsync("() => { window.longest = 0; window.sum = 0; new PerformanceObserver(l => l.getEntries().forEach(e => { window.sum += e.duration; window.longest = Math.max(window.longest, e.duration); })).observe({ type: 'longtask' }); }");
        var since = DateTimeOffset.UtcNow;
        var end = DateTime.UtcNow.AddSeconds(6);
        for (var i = 0; DateTime.UtcNow < end; i++)
        {
            for (var k = 0; k < 100; k++) bed.Take(PageBed.Beat(targets[(i * 100 + k) % 1000], milliseconds: 2 + i % 5, since: since), hasChanged: false);
            await Task.Delay(100);
        }
        File.WriteAllText($"{folder}/load.txt", await visit.Page.EvaluateAsync<string>("'long tasks: ' + window.sum + ' ms, longest ' + window.longest + ' ms, heap ' + performance.memory.usedJSHeapSize"));
    }
}
