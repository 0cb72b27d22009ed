using Deque.AxeCore.Playwright;
using DevOps.Server.Tests.Heartbeats.Page;
using Microsoft.Playwright;

namespace DevOps.Server.Tests.Samples;

/// <summary>The page of checkbox.io in a real browser while its feature flag changes.</summary>
/// <param name="browser">The browser.</param>
[Trait("Category", "Slow")]
public sealed class CheckboxTitleTests(Browser browser)
{
    public static TheoryData<string> Themes { get; } = [nameof(ColorScheme.Dark), nameof(ColorScheme.Light)];

    [Fact]
    public async Task An_open_page_follows_the_flag_there_and_back_without_being_loaded_again()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.Off);
        await using var app = await flags.StartAppAsync();
        await using var visit = await browser.VisitAsync(app.Uri);
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("checkbox.io");
        await visit.Page.GetByLabel("Title").FillAsync("Half a study");

        flags.Answer = CheckboxFlags.On;
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("feature.io");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToHaveTextAsync("feature.io");
        await Assertions.Expect(visit.Page.Locator("body")).Not.ToContainTextAsync("checkbox.io");

        flags.Answer = CheckboxFlags.Off;
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("checkbox.io");
        await Assertions.Expect(visit.Page.Locator("body")).Not.ToContainTextAsync("feature.io");
        await Assertions.Expect(visit.Page.GetByLabel("Title")).ToHaveValueAsync("Half a study");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_page_that_is_looked_at_again_asks_at_once()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.Off);
        await using var app = await flags.StartAppAsync();
        await using var visit = await browser.VisitAsync(app.Uri);
        await visit.Page.Clock.InstallAsync();
        await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.ReloadAsync(), "**/featureflag");
        // From here on its clock stands still, so that it asks for no other reason.
        await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddHours(1)), "**/featureflag");
        flags.Answer = CheckboxFlags.On;
        await app.SaysAsync(isOn: true);
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("checkbox.io");
        await visit.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("feature.io");
    }

    [Fact]
    public async Task Without_scripts_the_page_has_the_right_name_when_it_is_loaded()
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        await using var visit = await browser.VisitAsync(app.Uri, hasScripts: false);
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("feature.io");
        await Assertions.Expect(visit.Page.Locator("body")).Not.ToContainTextAsync("checkbox.io");
    }

    [Theory]
    [MemberData(nameof(Themes))]
    public async Task The_page_has_no_faults_for_anybody_under_its_other_name(string theme)
    {
        await using var flags = new CheckboxFlags(CheckboxFlags.On);
        await using var app = await flags.StartAppAsync();
        await app.SaysAsync(isOn: true);
        await using var visit = await browser.VisitAsync(app.Uri, Enum.Parse<ColorScheme>(theme));
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("feature.io");
        var result = await visit.Page.RunAxe();
        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help} at {string.Join(", ", violation.Nodes.Select(node => node.Target + " " + node.Html))}"));
        Assert.NotEmpty(result.Passes);
    }
}
