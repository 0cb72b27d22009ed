using System.Net;
using DevOps.Model;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>A page with a board that a test writes on, served at a port of its own.</summary>
internal sealed class PageBed : IAsyncDisposable
{
    public const string Token = "correct-horse-battery-staple";

    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private MonitorPage? _page;
    private int _port;

    private PageBed(string? token, TimeProvider time)
    {
        GivenToken = token;
        Board = new MonitorBoard(time);
        Client = new HttpClient(_handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public MonitorBoard Board { get; private set; }

    public InventedHistory History { get; } = new();

    public HttpClient Client { get; }

    public Uri Uri => new($"http://127.0.0.1:{_port}/");

    private string? GivenToken { get; }

    /// <summary>Serves a page with these targets.</summary>
    public static async Task<PageBed> OpenAsync(string? token = null, TimeProvider? time = null, IReadOnlyList<HeartbeatTarget>? targets = null, TimeSpan? interval = null)
    {
        var bed = new PageBed(token, time ?? TimeProvider.System);
        bed.Board.SetTargets(targets ?? [Target("itrust-1"), Target("itrust-2")], interval ?? TimeSpan.FromSeconds(1));
        await bed.StartAsync();
        bed.Client.BaseAddress = bed.Uri;
        return bed;
    }

    /// <summary>A target of an application.</summary>
    public static HeartbeatTarget Target(string name, string group = "itrust", string environment = "production") =>
        new() { Name = name, Group = group, Environment = environment, Uri = new Uri($"http://10.0.0.{(name.GetHashCode(StringComparison.Ordinal) & 127) + 1}:8080/{Uri.EscapeDataString(name)}") };

    /// <summary>A heartbeat of a target.</summary>
    public static Heartbeat Beat(HeartbeatTarget target, HeartbeatState state = HeartbeatState.Up, double milliseconds = 2.5, string? cause = null, DateTimeOffset? since = null) => new(
        target.Name,
        target.Group,
        state,
        state is HeartbeatState.Up or HeartbeatState.Degraded ? TimeSpan.FromMilliseconds(milliseconds) : null,
        cause,
        state == HeartbeatState.Up ? "200 OK" : null,
        since ?? DateTimeOffset.UtcNow.AddHours(-3),
        DateTimeOffset.UtcNow,
        target.Uri)
    {
        Environment = target.Environment,
        Release = "3f2a9c1d5e7b-91ab02",
        Role = target.Name.Contains("canary", StringComparison.Ordinal) ? ApplicationRole.Canary : ApplicationRole.Production,
    };

    /// <summary>Tells the board of a heartbeat.</summary>
    public void Take(Heartbeat heartbeat, bool hasChanged = false) => Board.Take(heartbeat, hasChanged);

    /// <summary>The monitor's process dies: nobody answers any more.</summary>
    public async Task StopAsync()
    {
        if (_page is not null) await _page.DisposeAsync();
        _page = null;
    }

    /// <summary>Another process takes its place, with a board of its own.</summary>
    public async Task RestartAsync(Action<MonitorBoard> fill)
    {
        Board.Dispose();
        Board = new MonitorBoard(TimeProvider.System);
        fill(Board);
        await StartAsync();
    }

    /// <summary>The page is open again, of the same process.</summary>
    public Task ReopenAsync() => StartAsync();

    /// <summary>Asks for something.</summary>
    public async Task<HttpResponseMessage> AskAsync(string path, HttpMethod? method = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        change?.Invoke(request);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        await StopAsync();
        Board.Dispose();
    }

    private async Task StartAsync()
    {
        _page = await MonitorPage.OpenAsync(new MonitorPageOptions(IPAddress.Loopback, _port, GivenToken), Board, History, pushes: null, TestContext.Current.CancellationToken);
        _port = _page.Endpoint.Port;
    }
}
