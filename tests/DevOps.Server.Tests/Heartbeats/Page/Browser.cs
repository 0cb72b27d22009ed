using DevOps.Server.Tests.Heartbeats.Page;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>The browser of this machine, started once for all tests that look at the page, when the first of them does.</summary>
public sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(StartAsync);

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated) return;
        var (playwright, browser) = await _started.Value;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    /// <summary>Opens a page as a visitor of his own; what it complains of is kept.</summary>
    internal Task<Visit> VisitAsync(PageBed bed, ColorScheme scheme = ColorScheme.Dark, int width = 1_280, int height = 800, float scale = 1, ReducedMotion motion = ReducedMotion.Reduce) =>
        VisitAsync(bed.Uri, scheme, width, height, scale, motion);

    /// <summary>Opens any page in the same way.</summary>
    internal async Task<Visit> VisitAsync(Uri uri, ColorScheme scheme = ColorScheme.Dark, int width = 1_280, int height = 800, float scale = 1, ReducedMotion motion = ReducedMotion.Reduce, bool hasScripts = true)
    {
        Assert.SkipUnless(File.Exists(Program), $"This machine has no {Program}. Debian's package chromium brings it.");
        var context = await (await _started.Value).Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = motion,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            DeviceScaleFactor = scale,
            JavaScriptEnabled = hasScripts,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        });
        var visit = new Visit(context, await context.NewPageAsync());
        await visit.Page.GotoAsync(uri.ToString());
        return visit;
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        // On a machine that is busy with other tests a page may take its time; what is wrong stays wrong all the while.
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return (playwright, browser);
    }
}

/// <summary>A look at the page.</summary>
/// <param name="Context">What the browser remembers of this visitor.</param>
/// <param name="Page">The page.</param>
internal sealed record Visit(IBrowserContext Context, IPage Page) : IAsyncDisposable
{
    private readonly List<string> _complaints = Listen(Page);

    /// <summary>Errors of the scripts, and what the page's policy has stopped.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>The box of a target.</summary>
    public ILocator Box(string name) => Page.Locator("li.box", new PageLocatorOptions { Has = Page.Locator($"button.name:text-is('{name}')") });

    /// <summary>Waits until the page says something.</summary>
    public Task SaysAsync(string selector, string text) => Assertions.Expect(Page.Locator(selector)).ToContainTextAsync(text);

    public ValueTask DisposeAsync() => Context.DisposeAsync();

    private static List<string> Listen(IPage page)
    {
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        return complaints;
    }
}
