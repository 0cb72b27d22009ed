using System.Net;
using DevOps.Core.Balancing;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Http;
using Yarp.ReverseProxy.Forwarder;

namespace DevOps.Server.Balancing;

/// <summary>A balancer that serves: its backends, its checks, its address, and everything that is written down of it.</summary>
internal sealed class Serving : IAsyncDisposable
{
    private readonly RequestCounters _counters = new();
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _client;
    private readonly HealthChecks _checks;
    private readonly AccessLog? _accessLog;
    private readonly RequestForwarder _forwarder;
    private readonly Certificates _certificates;
    private readonly Connections _connections = new();
    private readonly AlertSource _alerts;
    private ServiceProvider? _services;
    private FrontDoor? _door;
    private StatusPage? _statusPage;

    private Serving(BalancerSettings settings, BalancerFiles files, ListeningSocket listener, AlertSource alerts, TimeProvider time)
    {
        _time = time;
        _alerts = alerts;
        Listener = listener;
        Events = new EventJournal(settings.Name, files.EventsFile, time);
        _alerts.Recall(Events.Recent());
        Pool = new BackendPool(settings, time, Tell);
        _certificates = new Certificates(settings);
        _client = UpstreamClient.Create(() => Pool.Settings.ConnectTimeout);
        _checks = new HealthChecks(Pool, _client, time);
        _accessLog = settings.WritesAccessLog ? new AccessLog(settings.AccessLogFile ?? files.AccessLogFile, time) : null;
        _services = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider();
        _forwarder = new RequestForwarder(Pool, _services.GetRequiredService<IHttpForwarder>(), _client, _counters, _accessLog, time);
    }

    /// <summary>The backends.</summary>
    public BackendPool Pool { get; }

    /// <summary>What happened.</summary>
    public EventJournal Events { get; }

    /// <summary>The socket at which clients arrive.</summary>
    public ListeningSocket Listener { get; }

    /// <summary>The socket at which the status page is asked, if there is one.</summary>
    public ListeningSocket? StatusListener => _statusPage?.Listener;

    /// <summary>Where it serves.</summary>
    public Uri Endpoint { get; private set; } = new("http://localhost/");

    /// <summary>Begins to serve: when it returns, requests are answered.</summary>
    /// <param name="settings">What the balancer is told to do.</param>
    /// <param name="options">What the process is told.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="holds">What a predecessor held.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the beginning.</param>
    /// <returns>What serves.</returns>
    public static async Task<Serving> BeginAsync(
        BalancerSettings settings,
        BalancerOptions options,
        BalancerFiles files,
        IReadOnlyList<BalancerHold> holds,
        TimeProvider time,
        CancellationToken ct)
    {
        var address = IPAddress.Parse(settings.ListenAddress);
        var listener = options.Listener is { } descriptor ? ListeningSocket.Inherit(descriptor) : ListeningSocket.Open(address, settings.Port);
        var serving = new Serving(settings, files, listener, new AlertSource(StateFolder.Open(options.State), settings.Name), time);
        try
        {
            foreach (var hold in holds) serving.Pool.Hold(new HoldRequest(hold.Backend, hold.Owner, hold.Until - time.GetUtcNow(), hold.Cause));
            await serving._checks.CheckAllAsync(ct);
            serving._door = await FrontDoor.OpenAsync(listener, settings, serving._certificates, serving._connections, serving._forwarder.HandleAsync, ct);
            serving.Endpoint = serving._door.Endpoint;
            serving._statusPage = await StatusPage.OpenAsync(settings.StatusPort, options.StatusListener, serving, ct);
            serving._checks.Begin();
            serving.SayStarted(isSuccessor: options.Listener is not null);
            return serving;
        }
        catch
        {
            await serving.DisposeAsync();
            throw;
        }
    }

    /// <summary>How everything is.</summary>
    /// <returns>The report.</returns>
    public BalancerReport Report() => Pool.Report(Events.Last, _counters.Answered, _counters.Failures, _counters.InFlight);

    /// <summary>The counters as Prometheus reads them.</summary>
    /// <returns>The text.</returns>
    public string Metrics() => MetricsText.Of(Pool.Settings.Name, Report(), _counters, _accessLog?.Dropped ?? 0, _connections.Count);

    /// <summary>Takes new settings over.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cause">Who changed what, in words.</param>
    public void Apply(BalancerSettings settings, string cause)
    {
        _certificates.Load(settings);
        Pool.Apply(settings, cause);
        _checks.Follow();
    }

    /// <summary>Finishes what is in flight and ends.</summary>
    /// <param name="idleGrace">How long connections that idle may live on, so that their clients can be told to close them.</param>
    /// <returns>A task that ends when all is over.</returns>
    public async Task EndAsync(TimeSpan idleGrace)
    {
        if (idleGrace == TimeSpan.Zero) Tell(new BackendChange(BalancerEventKind.Stopping, null, null, Pool.Table.Split, "it was told to stop", null));
        // From here on a successor writes the events and shows the status.
        if (idleGrace > TimeSpan.Zero && _statusPage is not null) await _statusPage.DisposeAsync();
        await Events.CloseAsync();
        _forwarder.BeginEnd();
        Listener.Dispose();
        var began = _time.GetTimestamp();
        var limit = Pool.Settings.DrainTimeout;
        await Connections.WaitAsync(() => _counters.InFlight == 0 && (_connections.Count == 0 || _time.GetElapsedTime(began) >= idleGrace), limit, _time);
        if (_door is not null) await _door.CloseAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _checks.DisposeAsync();
        if (_statusPage is not null) await _statusPage.DisposeAsync();
        if (_door is not null) await _door.DisposeAsync();
        Listener.Dispose();
        if (_accessLog is not null) await _accessLog.DisposeAsync();
        await Events.DisposeAsync();
        await _alerts.DisposeAsync();
        _client.Dispose();
        if (_services is not null) await _services.DisposeAsync();
        _services = null;
    }

    private void SayStarted(bool isSuccessor)
    {
        var cause = isSuccessor ? "it took over from its predecessor" : "it was started";
        if (Events.Add(new BackendChange(BalancerEventKind.Started, null, null, Pool.Table.Split, cause, $"process {Environment.ProcessId}")) is not { } entry) return;
        Write(entry);
        _alerts.Settle(entry, [.. Report().Backends.Where(backend => backend.State == BackendState.Up).Select(backend => backend.Name)]);
    }

    private void Tell(BackendChange change)
    {
        // That a backend serves when the balancer begins is nothing to tell: the beginning itself says who serves.
        if (_door is null && change.Kind == BalancerEventKind.BackendUp) return;
        if (Events.Add(change) is not { } entry) return;
        Write(entry);
        _alerts.Raise(entry, change.Role);
    }

    // The process's log.
    private static void Write(BalancerEvent entry) =>
        Console.WriteLine($"{entry.At:yyyy-MM-ddTHH:mm:ssZ} {entry.Kind} {entry.Backend} {entry.Split}: {entry.Cause} {entry.Evidence}");
}
