using System.Diagnostics;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Tests.Hosting;

/// <summary>A real balancer process with a state folder of its own, asked through its administration socket.</summary>
internal sealed class RunningBalancer : IAsyncDisposable
{
    public const string Name = "shop";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly Process _process;
    private readonly string _socketFile;
    private int _version = 1;

    private RunningBalancer(string folder, Process process, string socketFile, StateFolder state)
    {
        _folder = folder;
        _process = process;
        _socketFile = socketFile;
        State = state;
        Files = new BalancerFiles(state, Name);
    }

    /// <summary>The installation that it belongs to.</summary>
    public StateFolder State { get; }

    public BalancerFiles Files { get; }

    public Uri Uri { get; private set; } = new("http://localhost/");

    public string Output => File.ReadAllText(Path.Combine(_folder, "log"));

    /// <summary>The usual two: production with weight 2, the canary with weight 1.</summary>
    public static BalancerSettings TwoToOne(Uri production, Uri canary) => new()
    {
        Name = Name,
        Port = 0,
        Backends =
        [
            new BackendSettings { Name = "production", Uri = production, Role = ApplicationRole.Production, Weight = 2 },
            new BackendSettings { Name = "canary", Uri = canary, Role = ApplicationRole.Canary, Weight = 1 },
        ],
        Check = new BackendCheckSettings { Path = "/check", Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(2) },
    };

    public static Task<RunningBalancer> StartAsync(BalancerSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("lb-").FullName;
        var state = StateFolder.Open(Path.Combine(folder, "state"));
        new BalancerFiles(state, Name).WriteSettings(settings);
        return StartAsync(folder, state);
    }

    /// <summary>Starts a balancer in the same installation after this one has ended.</summary>
    public Task<RunningBalancer> StartAgainAsync() => StartAsync(_folder, State);

    private static async Task<RunningBalancer> StartAsync(string folder, StateFolder state)
    {
        var socket = Path.Combine(folder, "s");
        var start = new ProcessStartInfo("/bin/sh");
        var program = Path.Combine(AppContext.BaseDirectory, "DevOps.Server.dll");
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", Path.Combine(folder, "log"), "dotnet", program, "balancer", "--state", state.Root, "--balancer", Name, "--socket", socket]) start.ArgumentList.Add(argument);
        var balancer = new RunningBalancer(folder, Process.Start(start)!, socket, state);
        var clock = Stopwatch.StartNew();
        while (await balancer.FindAsync() is not { State: ServerState.Running })
        {
            if (clock.Elapsed > StartLimit || balancer._process.HasExited) throw new InvalidOperationException($"The balancer did not start: {balancer.Output}");
            await Task.Delay(20);
        }

        balancer.Uri = (await balancer.StatusAsync()).Endpoint!;
        return balancer;
    }

    public async Task<ServerStatus> StatusAsync() => (await FindAsync())!;

    public async Task<BalancerReport> ReportAsync() =>
        (await AskAsync(socket => socket.GetAsync(BalancerPaths.Report, BalancerJson.Default.BalancerReport, CancellationToken.None)))!;

    public async Task<IReadOnlyList<BalancerEvent>> EventsAsync(long after = 0) =>
        (await AskAsync(socket => socket.GetAsync($"{BalancerPaths.Events}?after={after}", BalancerJson.Default.BalancerEvents, CancellationToken.None)))!.Events;

    /// <summary>Waits for an event.</summary>
    public async Task<BalancerEvent> WaitForAsync(BalancerEventKind kind, string? backend = null, long after = 0)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            var events = (await AskAsync(socket => socket.GetAsync($"{BalancerPaths.Events}?after={after}&wait=5", BalancerJson.Default.BalancerEvents, CancellationToken.None)))!;
            if (events.Events.FirstOrDefault(entry => entry.Kind == kind && (backend is null || entry.Backend == backend)) is { } found) return found;
            after = Math.Max(after, events.Last);
        }

        throw new TimeoutException($"There was no {kind} of {backend}. Output: {Output}");
    }

    /// <summary>Changes the settings, as a cmdlet does.</summary>
    public async Task<BalancerReport> ChangeAsync(Func<BalancerSettings, BalancerSettings> change)
    {
        Files.WriteSettings(change(Files.ReadSettings()!) with { Version = ++_version });
        return (await AskAsync(socket => socket.PostAsync(BalancerPaths.Reload, new ReloadRequest(_version, "a test changed it"), BalancerJson.Default.ReloadRequest, BalancerJson.Default.BalancerReport, CancellationToken.None)))!;
    }

    public async Task<BalancerReport?> HoldAsync(HoldRequest request) =>
        await AskAsync(socket => socket.PostAsync(BalancerPaths.Hold, request, BalancerJson.Default.HoldRequest, BalancerJson.Default.BalancerReport, CancellationToken.None));

    public async Task<ServerStatus> HandOverAsync(string? program = null) =>
        (await AskAsync(socket => socket.PostAsync(
            BalancerPaths.Handover,
            new HandoverRequest(ServerPrograms.FindDotnet(), program ?? Path.Combine(AppContext.BaseDirectory, "DevOps.Server.dll")),
            BalancerJson.Default.HandoverRequest,
            ServerJson.Default.ServerStatus,
            CancellationToken.None)))!;

    public async Task StopAsync()
    {
        using var socket = new AdministrationClient(_socketFile);
        await socket.StopAsync(CancellationToken.None);
        await WaitForEndAsync();
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return WaitForEndAsync();
    }

    public Task WaitForEndAsync() => _process.WaitForExitAsync().WaitAsync(StartLimit);

    public async ValueTask DisposeAsync()
    {
        // A successor is not our child: it is asked, and killed if need be.
        if (await FindAsync() is { } status && ProcessLiveness.IsAlive(status.ProcessId)) Process.GetProcessById(status.ProcessId).Kill();

        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private async Task<ServerStatus?> FindAsync()
    {
        using var socket = new AdministrationClient(_socketFile);
        return await socket.GetStatusAsync(CancellationToken.None);
    }

    // A connection of its own each time, as a cmdlet has: after a handover another process answers.
    private async Task<T> AskAsync<T>(Func<AdministrationClient, Task<T>> ask)
    {
        using var socket = new AdministrationClient(_socketFile);
        return await ask(socket);
    }
}
