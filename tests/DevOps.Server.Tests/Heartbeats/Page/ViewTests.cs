using DevOps.Model;
using Microsoft.Playwright;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>What an operator sees, in a real browser.</summary>
/// <param name="browser">The browser.</param>
[Trait("Category", "Slow")]
public sealed class ViewTests(Browser browser)
{
    private const string Script = "<script>document.title = 'hacked'</script>";

    private static readonly HeartbeatTarget One = Sample.Targets[0];

    [Fact]
    public async Task A_target_that_goes_down_is_told_by_word_shape_colour_title_icon_and_voice()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "6 of 7 up · 1 down");
        var box = visit.Box(One.Name);
        await Assertions.Expect(box.Locator(".state")).ToHaveTextAsync("Up");
        bed.Take(PageBed.Beat(One, HeartbeatState.Down, cause: "the answer was 503"), hasChanged: true);
        await Assertions.Expect(box.Locator(".state")).ToHaveTextAsync("Down");
        await Assertions.Expect(box.Locator(".state use")).ToHaveAttributeAsync("href", "#shape-down");
        await Assertions.Expect(box.Locator(".cause")).ToHaveTextAsync("the answer was 503");
        await Assertions.Expect(box).ToHaveAttributeAsync("data-state", "Down");
        await visit.SaysAsync("#summary", "5 of 7 up · 2 down");
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("2 down · 5 of 7 up – Heartbeats");
        await Assertions.Expect(visit.Page.Locator("#icon")).ToHaveAttributeAsync("href", "/icon-down.svg");
        await visit.SaysAsync("#news", "itrust-1 is down: the answer was 503.");
        foreach (var target in Sample.Targets) bed.Take(PageBed.Beat(target), hasChanged: true);
        await visit.SaysAsync("#summary", "All 7 up");
        await Assertions.Expect(visit.Page.Locator("#icon")).ToHaveAttributeAsync("href", "/icon-up.svg");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Deployments_balancers_notices_and_targets_are_live()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#deployments", "serves release 9be41c07");
        await visit.SaysAsync("#balancers", "checkbox-canary");
        await Assertions.Expect(visit.Box("checkbox-canary").Locator(".chips")).ToContainTextAsync("weight 1 · 33 % of requests");
        var balancer = Sample.Balancer();
        bed.Board.SetBalancers([balancer with { Split = "9:1", Backends = [balancer.Backends[0] with { Weight = 9 }, balancer.Backends[1]] }]);
        await Assertions.Expect(visit.Box("checkbox-canary").Locator(".chips")).ToContainTextAsync("weight 1 · 10 % of requests");
        bed.Board.SetDeployments([]);
        await Assertions.Expect(visit.Page.Locator("#deployments")).ToBeHiddenAsync();
        bed.Board.SetNotices(["The history cannot be written: the disk is full."]);
        await visit.SaysAsync("#notices", "the disk is full");
        bed.Board.SetTargets([.. Sample.Targets.Skip(1), new HeartbeatTarget { Name = "elsewhere", Environment = "staging", Uri = new Uri("tcp://10.0.0.1:22") }], TimeSpan.FromSeconds(1));
        await Assertions.Expect(visit.Box("elsewhere").Locator(".state")).ToHaveTextAsync("Unknown");
        await Assertions.Expect(visit.Box(One.Name)).ToHaveCountAsync(0);
        // There are two environments now, so that they are told apart.
        await visit.SaysAsync("#targets", "staging");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task History_opens_and_closes_by_keyboard_and_the_focus_comes_back()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "6 of 7 up");
        var name = visit.Box(One.Name).Locator("button");
        await name.FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Page.Keyboard.PressAsync("Enter");
        var dialog = visit.Page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "itrust-2" });
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await visit.SaysAsync("#history-body", "99.23 %");
        await visit.SaysAsync("#history-body", "the connection was refused <script>alert(1)</script>");
        await dialog.GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = "24 hours" }).FocusAsync();
        var asked = visit.Page.WaitForResponseAsync(answer => answer.Url.EndsWith("hours=168", StringComparison.Ordinal));
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        Assert.True((await asked).Ok);
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await Assertions.Expect(visit.Box("itrust-2").Locator("button")).ToBeFocusedAsync();
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Scripts_in_names_and_causes_are_shown_and_not_run()
    {
        var target = new HeartbeatTarget { Name = Script, Group = Script, Uri = new Uri("http://10.0.0.1/?<script>") };
        await using var bed = await PageBed.OpenAsync(targets: [target]);
        bed.Take(PageBed.Beat(target, HeartbeatState.Down, cause: Script), hasChanged: true);
        bed.Board.SetNotices([Script]);
        bed.Board.SetDeployments([Sample.Deployment() with { StartedBy = Script, Cause = Script }]);
        await using var visit = await browser.VisitAsync(bed);
        await Assertions.Expect(visit.Page.Locator("li.box .cause")).ToHaveTextAsync(Script);
        await Assertions.Expect(visit.Page.Locator("li.box .name")).ToHaveTextAsync(Script);
        await visit.SaysAsync("#notices", Script);
        await visit.SaysAsync("#deployments", Script);
        Assert.DoesNotContain("hacked", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task The_filter_and_the_switch_leave_only_what_is_looked_for()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "6 of 7 up");
        var boxes = visit.Page.Locator("li.box:visible");
        await visit.Page.Locator("body").PressSequentiallyAsync("canary");
        await Assertions.Expect(boxes).ToHaveCountAsync(1);
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(boxes).ToHaveCountAsync(7);
        await visit.Page.GetByRole(AriaRole.Switch).CheckAsync(new LocatorCheckOptions { Force = true });
        await Assertions.Expect(boxes).ToHaveCountAsync(1);
        foreach (var target in Sample.Targets) bed.Take(PageBed.Beat(target), hasChanged: true);
        await visit.SaysAsync("#nothing", "Everything is up.");
    }

    [Fact]
    public async Task The_theme_that_was_chosen_is_remembered()
    {
        await using var bed = await Sample.OpenAsync();
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "6 of 7 up");
        var dark = await GroundAsync();
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Dark theme" }).ClickAsync();
        var light = await GroundAsync();
        Assert.NotEqual(dark, light);
        await visit.Page.ReloadAsync();
        Assert.Equal(light, await GroundAsync());

        Task<string> GroundAsync() => visit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }

    [Fact]
    public async Task With_a_token_a_form_comes_first()
    {
        await using var bed = await PageBed.OpenAsync(PageBed.Token, targets: Sample.Targets);
        Sample.Fill(bed.Board);
        await using var visit = await browser.VisitAsync(bed);
        await visit.Page.GetByLabel("Token").FillAsync("wrong");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SaysAsync("[role=alert]", "That is not the token.");
        await visit.Page.GetByLabel("Token").FillAsync(PageBed.Token);
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Log in" }).ClickAsync();
        await visit.SaysAsync("#summary", "6 of 7 up");
        Assert.DoesNotContain(PageBed.Token, visit.Page.Url, StringComparison.Ordinal);
        await visit.SaysAsync("#pulse", "live");
    }

    [Fact]
    public async Task A_thousand_targets_are_there_and_only_those_in_sight_are_painted()
    {
        HeartbeatTarget[] targets = [.. Enumerable.Range(1, 1_000).Select(number => PageBed.Target($"web-{number}", $"app-{(number - 1) / 100}"))];
        await using var bed = await PageBed.OpenAsync(targets: targets);
        foreach (var target in targets) bed.Take(PageBed.Beat(target));
        await using var visit = await browser.VisitAsync(bed);
        await visit.SaysAsync("#summary", "All 1,000 up");
        await Assertions.Expect(visit.Page.Locator("li.box")).ToHaveCountAsync(1_000);
        Assert.InRange(await visit.Page.Locator("li.box .line[d]").CountAsync(), 8, 200);
        bed.Take(PageBed.Beat(targets[^1], HeartbeatState.Down, cause: "far away"), hasChanged: true);
        await visit.SaysAsync("#trouble", "web-1000: far away");
        await visit.Page.GetByRole(AriaRole.Switch).CheckAsync(new LocatorCheckOptions { Force = true });
        await Assertions.Expect(visit.Page.Locator("li.box:visible")).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Box("web-1000").Locator(".latency")).ToHaveTextAsync("no answer");
        Assert.Empty(visit.Complaints);
    }
}
