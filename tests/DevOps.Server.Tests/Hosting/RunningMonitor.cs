using System.Diagnostics;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Server.Tests.Hosting;

/// <summary>A real monitor process with a state folder of its own, started and asked as the cmdlets do.</summary>
internal sealed class RunningMonitor : IAsyncDisposable, IProgress<OperationMessage>
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TestState _folder = new();
    private readonly string _bin = Directory.CreateTempSubdirectory("monitor-bin-").FullName;

    public RunningMonitor()
    {
        Directory.CreateSymbolicLink(Path.Combine(_bin, "server"), AppContext.BaseDirectory.TrimEnd('/'));
        Programs = new ServerPrograms(_bin);
        Service = new MonitorService(State, Programs, new SystemdService(), TimeProvider.System) { ReadyTimeout = StartLimit };
        Client = new MonitorClient(State);
    }

    public StateFolder State => _folder.State;

    public ServerPrograms Programs { get; }

    public MonitorService Service { get; }

    public MonitorClient Client { get; }

    public int Port { get; } = FreePort.Find();

    public List<string> Warned { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Adds a target, as Add-HeartbeatTarget does.</summary>
    public HeartbeatTarget Add(string name, Uri uri)
    {
        var target = new HeartbeatTarget { Name = name, Uri = uri, Timeout = TimeSpan.FromSeconds(2) };
        new HeartbeatTargetStore(State).Add(target, replaces: true);
        return target;
    }

    public Task<HeartbeatMonitor> StartAsync(MonitorChanges? changes = null) =>
        Service.StartAsync(changes ?? new MonitorChanges { Port = Port, Interval = TimeSpan.FromMilliseconds(250) }, this, Cancellation);

    /// <summary>Waits until the monitor says of a target that it is so.</summary>
    public async Task<Heartbeat> WaitForAsync(string name, HeartbeatState state)
    {
        Heartbeat? found = null;
        await Eventually.IsAsync(async () =>
        {
            var report = await Client.ReportAsync(Cancellation);
            found = report?.Heartbeats.FirstOrDefault(heartbeat => heartbeat.Target == name && heartbeat.State == state);
            return found is not null;
        });
        return found!;
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        var processId = (await Client.StatusAsync(Cancellation))!.ProcessId;
        Process.GetProcessById(processId).Kill();
        await Eventually.IsAsync(() => !ProcessLiveness.IsAlive(processId));
    }

    public void Report(OperationMessage value)
    {
        if (value is WarningMessage warning) Warned.Add(warning.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (await Service.GetAsync(CancellationToken.None) is { State: not HeartbeatMonitorState.Stopped }) await Service.StopAsync(isRemoved: false, CancellationToken.None);
        Client.Dispose();
        _folder.Dispose();
        Directory.Delete(_bin, recursive: true);
    }
}
