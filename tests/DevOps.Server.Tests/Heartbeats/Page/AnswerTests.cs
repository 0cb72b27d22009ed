using System.Net;
using System.Text.Json;
using DevOps.Core;
using DevOps.Core.Heartbeats;
using DevOps.Model;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>What is served at which path, and how.</summary>
[Trait("Category", "Slow")]
public sealed class AnswerTests
{
    private const string Evil = "<script>alert(\"1\")</script>\\\n";

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/page.css", "text/css")]
    [InlineData("/page.js", "text/javascript")]
    [InlineData("/stream.js", "text/javascript")]
    [InlineData("/icon-down.svg", "image/svg+xml")]
    [InlineData("/status.json", "application/json")]
    [InlineData("/metrics", "text/plain")]
    [InlineData("/live", "text/plain")]
    [InlineData("/nothing", null)]
    public async Task Every_answer_has_the_strict_headers(string path, string? type)
    {
        await using var bed = await PageBed.OpenAsync();
        using var answer = await bed.AskAsync(path);
        Assert.Equal(type is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        await using var bed = await PageBed.OpenAsync();
        using var first = await bed.AskAsync("/page.js");
        Assert.True(first.Headers.CacheControl?.NoCache);
        using var again = await bed.AskAsync("/page.js", change: request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task The_page_holds_nothing_that_its_own_policy_forbids()
    {
        await using var bed = await PageBed.OpenAsync();
        foreach (var path in new[] { "/", "/page.css", "/page.js", "/boxes.js", "/panels.js", "/history.js", "/stream.js", "/tools.js", "/lines.js", "/theme.js" })
        {
            var text = await bed.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
            Assert.DoesNotContain("style=", text, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\son\w+=", text);
        }
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("PUT", "/status.json")]
    [InlineData("DELETE", "/events")]
    [InlineData("OPTIONS", "/metrics")]
    [InlineData("POST", "/login")]
    public async Task Nothing_can_be_changed(string method, string path)
    {
        await using var bed = await PageBed.OpenAsync();
        using var answer = await bed.AskAsync(path, new HttpMethod(method));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/events")]
    [InlineData("/status.json")]
    [InlineData("/metrics")]
    public async Task Heads_are_answered_without_bodies(string path)
    {
        await using var bed = await PageBed.OpenAsync();
        using var answer = await bed.AskAsync(path, HttpMethod.Head);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("monitor.localhost:8080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.1.2.3:99", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("attacker.example", false)]
    [InlineData("localhost.attacker.example", false)]
    [InlineData("10.0.0.1", false)]
    public async Task Without_a_token_only_this_machines_names_are_answered(string host, bool isOurs)
    {
        await using var bed = await PageBed.OpenAsync();
        using var answer = await bed.AskAsync("/status.json", change: request => request.Headers.Host = host);
        Assert.Equal(isOurs ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_status_tells_everything_to_other_programs()
    {
        var target = PageBed.Target("itrust-1");
        await using var bed = await PageBed.OpenAsync(targets: [target, PageBed.Target("itrust-2")]);
        bed.Take(PageBed.Beat(target, HeartbeatState.Degraded, milliseconds: 1_234.5, cause: "slow"), hasChanged: true);
        bed.Board.SetUptimes(new Dictionary<string, double?> { [HeartbeatKey.Of(target)] = 99.98 });
        bed.Board.SetBalancers([Sample.Balancer()]);
        bed.Board.SetDeployments([Sample.Deployment()]);
        var status = JsonDocument.Parse(await bed.Client.GetStringAsync("/status.json", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("Degraded", status.GetProperty("state").GetString());
        var first = status.GetProperty("targets")[0];
        Assert.Equal(("itrust-1", "itrust", "production", "Degraded", "slow"), (Text("name"), Text("group"), Text("environment"), Text("state"), Text("cause")));
        Assert.Equal((1_234.5, 99.98), (first.GetProperty("latencyMilliseconds").GetDouble(), first.GetProperty("uptimeOfDay").GetDouble()));
        Assert.Equal(("3f2a9c1d5e7b-91ab02", "Production"), (Text("release"), Text("role")));
        Assert.Equal("2:1", status.GetProperty("balancers")[0].GetProperty("split").GetString());
        Assert.Equal("Running", status.GetProperty("deployments")[0].GetProperty("state").GetString());

        string? Text(string name) => first.GetProperty(name).GetString();
    }

    [Fact]
    public async Task The_history_of_a_target_is_told_with_its_line()
    {
        await using var bed = await PageBed.OpenAsync();
        var key = Uri.EscapeDataString(HeartbeatKey.Of(PageBed.Target("itrust-1")));
        var answer = JsonDocument.Parse(await bed.Client.GetStringAsync($"/history.json?target={key}&hours=168", TestContext.Current.CancellationToken)).RootElement;
        var history = answer.GetProperty("history");
        Assert.Equal(TimeSpan.FromDays(7), history.GetProperty("to").GetDateTimeOffset() - history.GetProperty("from").GetDateTimeOffset());
        Assert.Equal(240, answer.GetProperty("line").GetArrayLength());
        Assert.Equal(2.4, answer.GetProperty("latency").GetProperty("p50").GetDouble());
        foreach (var (query, status) in new[] { ("target=nobody", HttpStatusCode.NotFound), ($"target={key}&hours=0", HttpStatusCode.BadRequest), ($"target={key}&hours=a", HttpStatusCode.BadRequest), ($"target={key}&hours=99999999999", HttpStatusCode.BadRequest) })
        {
            using var refused = await bed.AskAsync("/history.json?" + query);
            Assert.Equal(status, refused.StatusCode);
        }
    }

    [Fact]
    public async Task The_metrics_are_those_of_the_targets()
    {
        var target = PageBed.Target("itrust-1");
        await using var bed = await PageBed.OpenAsync(targets: [target]);
        bed.Take(PageBed.Beat(target, milliseconds: 250), hasChanged: true);
        bed.Take(PageBed.Beat(target, milliseconds: 250));
        using var answer = await bed.AskAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        const string labels = "target=\"itrust-1\",group=\"itrust\",environment=\"production\",scheme=\"http\"";
        Assert.Contains($"devops_heartbeat_up{{{labels}}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"devops_heartbeat_state{{{labels},state=\"down\"}} 0\n", text, StringComparison.Ordinal);
        Assert.Contains($"devops_heartbeat_latency_seconds{{{labels}}} 0.25\n", text, StringComparison.Ordinal);
        Assert.Contains($"devops_heartbeat_checks_total{{{labels}}} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("devops_heartbeat_targets{state=\"up\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_from_outside_is_data_wherever_it_stands()
    {
        var target = PageBed.Target("itrust-1", group: Evil);
        await using var bed = await PageBed.OpenAsync(targets: [target]);
        bed.Take(PageBed.Beat(target, HeartbeatState.Down, cause: Evil), hasChanged: true);
        var metrics = await bed.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("group=\"<script>alert(\\\"1\\\")</script>\\\\\\n\"", metrics, StringComparison.Ordinal);
        var status = JsonDocument.Parse(await bed.Client.GetStringAsync("/status.json", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(Evil, status.GetProperty("targets")[0].GetProperty("cause").GetString());
        await using var reader = await EventReader.OpenAsync(bed);
        var (_, snapshot) = await reader.NextNewsAsync();
        Assert.Equal(Evil, snapshot.GetProperty("targets")[0].GetProperty("last").GetProperty("cause").GetString());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_as_everywhere()
    {
        await using var bed = await PageBed.OpenAsync();
        var options = new MonitorPageOptions(IPAddress.Loopback, bed.Uri.Port, null) { PortParameter = "-PagePort" };
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => MonitorPage.OpenAsync(options, bed.Board, bed.History, null, TestContext.Current.CancellationToken));
        Assert.Equal("PortTaken", failure.Id);
        Assert.Contains("-PagePort", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Nobody_else_than_this_machine_is_served_without_a_token(string? token)
    {
        using var board = new MonitorBoard(TimeProvider.System);
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => MonitorPage.OpenAsync(new MonitorPageOptions(IPAddress.Any, 0, token), board, new InventedHistory(), null, TestContext.Current.CancellationToken));
        Assert.Equal("PageTokenMissing", failure.Id);
    }

    [Fact]
    public void The_token_is_not_told_with_the_options() => Assert.Equal("127.0.0.1:80", new MonitorPageOptions(IPAddress.Loopback, 80, PageBed.Token).ToString());
}
