using System.Globalization;
using System.Threading.Channels;
using DevOps.Benchmarks.Balancer;
using Microsoft.Playwright;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>A browser in which the monitor's page is looked at.</summary>
internal sealed class PageVisit : IAsyncDisposable
{
    // A picture is on the screen when the next one begins. The clock is the machine's, so that both sides read the same.
    private const string TellStates = """
        new MutationObserver(changes => {
          for (const { target } of changes) {
            if (!target.matches('li.box')) continue;
            const [name, state] = [target.querySelector('.name').textContent, target.dataset.state];
            requestAnimationFrame(() => tell(name, state, Date.now()));
          }
        }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
        """;

    private const string TimeBoxes = """
        window.timed = new Promise(done => new MutationObserver((_, observer) => {
          if (document.querySelectorAll('li.box').length < @COUNT@) return;
          observer.disconnect();
          const boxes = performance.now();
          requestAnimationFrame(() => requestAnimationFrame(() => {
            const [first] = performance.getEntriesByName('first-contentful-paint');
            done([first.startTime, boxes, performance.now()]);
          }));
        }).observe(document, { subtree: true, childList: true }));
        """;

    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private PageVisit(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>Starts the browser.</summary>
    /// <returns>The browser, with no page open.</returns>
    public static async Task<PageVisit> StartAsync()
    {
        var program = Tools.Find("chromium");
        var playwright = await Playwright.CreateAsync();
        return new PageVisit(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments }));
    }

    /// <summary>Opens the page as somebody who was never there.</summary>
    /// <param name="uri">Where it is.</param>
    /// <param name="count">How many boxes it is to have.</param>
    /// <returns>How long after the call of the page its first picture with content came, all boxes were there, and they were on the screen.</returns>
    public async Task<PageTimes> TimeAsync(Uri uri, int count)
    {
        await using var context = await _browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(TimeBoxes.Replace("@COUNT@", count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        await page.GotoAsync(uri.AbsoluteUri);
        var times = await page.EvaluateAsync<double[]>("() => window.timed");
        return new PageTimes(times[0], times[1], times[2]);
    }

    /// <summary>Opens the page and keeps it open.</summary>
    /// <param name="uri">Where it is.</param>
    /// <returns>What changes on the screen from now on.</returns>
    public async Task<ChannelReader<BoxChange>> FollowAsync(Uri uri)
    {
        var changes = Channel.CreateUnbounded<BoxChange>();
        var page = await _browser.NewPageAsync();
        await page.ExposeFunctionAsync<string, string, double, bool>("tell", (name, state, at) => changes.Writer.TryWrite(new BoxChange(name, state, at)));
        await page.AddInitScriptAsync(TellStates);
        await page.GotoAsync(uri.AbsoluteUri);
        return changes.Reader;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>When parts of a page were there, in milliseconds after it was called.</summary>
/// <param name="FirstPaint">The first picture with content.</param>
/// <param name="Boxes">All boxes in the document.</param>
/// <param name="Shown">All boxes in a picture.</param>
internal sealed record PageTimes(double FirstPaint, double Boxes, double Shown);

/// <summary>A box that shows another state.</summary>
/// <param name="Name">The target.</param>
/// <param name="State">The state.</param>
/// <param name="At">When it was on the screen, in milliseconds since 1970.</param>
internal sealed record BoxChange(string Name, string State, double At);
