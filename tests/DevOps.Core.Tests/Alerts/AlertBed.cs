using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Alerts;

/// <summary>An installation with alert destinations, and dispatchers that are less patient than real ones.</summary>
public sealed class AlertBed : IDisposable
{
    /// <summary>The secret of all webhooks here.</summary>
    public const string Secret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==";


    private readonly TestState _state = new();
    private readonly ConcurrentQueue<string> _log = new();

    /// <summary>The state folder.</summary>
    public StateFolder State => _state.State;

    /// <summary>What the cmdlets use.</summary>
    public AlertService Service => new(State);

    /// <summary>The destinations.</summary>
    public AlertDestinationStore Store => new(State);

    /// <summary>What dispatchers said.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Everything that is recorded about deliveries.</summary>
    public IReadOnlyList<AlertDelivery> Deliveries => new DeliveryLog(State).Read();

    /// <summary>How patient the dispatchers are.</summary>
    internal static AlertTiming Timing { get; } = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(200),
        LookInterval = TimeSpan.FromMilliseconds(100),
        BusyPause = TimeSpan.FromMilliseconds(20),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An alert.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="severity">How much it matters.</param>
    /// <param name="source">What raises it.</param>
    /// <param name="incident">Its incident; one of its own when nothing.</param>
    /// <returns>The alert.</returns>
    public static Alert Alert(string id, AlertSeverity severity = AlertSeverity.Warning, string source = "balancer/checkbox", string? incident = null) =>
        new(id, DateTimeOffset.UtcNow, source, "checkbox-2", severity, $"checkbox-2 is down ({id})", "connection refused", "GET / 127.0.0.1:3000", incident ?? "incident-" + id);

    /// <summary>The fields of what was sent.</summary>
    /// <param name="body">The body.</param>
    /// <returns>Each field as text.</returns>
    public static IReadOnlyDictionary<string, string> Fields(string body) =>
        JsonDocument.Parse(body).RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetString()!, StringComparer.Ordinal);

    /// <summary>The ids of the alerts that a server was sent, in order.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The ids.</returns>
    public static IReadOnlyList<string> Ids(LoopbackServer server) => [.. server.Requests.Select(request => request.Headers["webhook-id"])];

    /// <summary>Makes a dispatcher.</summary>
    /// <param name="disposeTimeout">How long it has at the end.</param>
    /// <returns>The dispatcher.</returns>
    public AlertDispatcher Dispatcher(TimeSpan? disposeTimeout = null) => Dispatcher(Timing, TimeProvider.System, disposeTimeout);

    /// <summary>Adds a webhook.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="server">Who receives.</param>
    /// <param name="severity">The least severity.</param>
    /// <param name="source">The sources.</param>
    /// <param name="timeout">The limit of an attempt.</param>
    public void AddWebhook(string name, LoopbackServer server, AlertSeverity severity = AlertSeverity.Warning, string source = "*", TimeSpan? timeout = null) =>
        AddWebhook(name, server.Address, severity, source, timeout);

    /// <summary>Adds a webhook.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its address.</param>
    /// <param name="severity">The least severity.</param>
    /// <param name="source">The sources.</param>
    /// <param name="timeout">The limit of an attempt.</param>
    public void AddWebhook(string name, Uri address, AlertSeverity severity = AlertSeverity.Warning, string source = "*", TimeSpan? timeout = null) =>
        Service.Add(new AlertDestinationRequest(name) { Uri = address, Secret = Secret, MinimumSeverity = severity, Source = source, Timeout = timeout ?? TimeSpan.FromSeconds(30) });

    /// <summary>Adds a command that is shell code.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="code">The code.</param>
    /// <param name="timeout">The limit of an attempt.</param>
    public void AddShell(string name, string code, TimeSpan? timeout = null) =>
        Service.Add(new AlertDestinationRequest(name) { Program = "/bin/sh", Arguments = ["-c", code], Timeout = timeout ?? TimeSpan.FromSeconds(30) });

    /// <summary>Waits until a final record of an alert is there, and the alert itself no longer.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="destination">The destination.</param>
    /// <returns>The record.</returns>
    public async Task<AlertDelivery> EndOfAsync(string id, string destination)
    {
        AlertDelivery? found = null;
        await Eventually.IsAsync(() => (found = Deliveries.LastOrDefault(delivery => delivery.Alert == id && delivery.Destination == destination)) is { } last && last.Cause?.EndsWith("it is sent again", StringComparison.Ordinal) != true);
        // It leaves the spool only once it is recorded.
        await Eventually.IsAsync(() => !Waiting(destination).Any(path => Path.GetFileNameWithoutExtension(path).EndsWith(SpoolName.Hash(id), StringComparison.Ordinal)));
        return found!;
    }

    /// <summary>The files that wait for a destination.</summary>
    /// <param name="name">The destination.</param>
    /// <returns>Their paths in order.</returns>
    public IReadOnlyList<string> Waiting(string name)
    {
        var folder = State.PathOf("alerts", "spool", name);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Makes a dispatcher whose process is gone before it has sent anything, as far as its alerts are concerned.</summary>
    /// <param name="destination">Who they wait for.</param>
    /// <param name="count">How many.</param>
    /// <param name="age">For how long they have waited.</param>
    public void LeaveBehind(string destination, int count, TimeSpan age = default)
    {
        var spool = new AlertSpool(State);
        for (var i = 1; i <= count; i++) spool.Add(destination, new SpooledAlert(Alert(string.Create(CultureInfo.InvariantCulture, $"left-{i}")), DateTimeOffset.UtcNow - age));
    }

    /// <summary>Deletes everything.</summary>
    public void Dispose() => _state.Dispose();

    /// <summary>Makes a dispatcher.</summary>
    /// <param name="timing">How patient it is.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="disposeTimeout">How long it has at the end.</param>
    /// <returns>The dispatcher.</returns>
    internal AlertDispatcher Dispatcher(AlertTiming timing, TimeProvider time, TimeSpan? disposeTimeout = null) =>
        new(State, timing, time, _log.Enqueue) { DisposeTimeout = disposeTimeout ?? TimeSpan.FromSeconds(10) };
}
