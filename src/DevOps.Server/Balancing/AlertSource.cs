using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Balancing;

/// <summary>
/// Turns what happens at a balancer into alerts: one for each backend that goes down or flaps, its recovery, and a critical
/// one when nobody is left to be asked. What is done on purpose raises none.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="balancer">The balancer's name.</param>
internal sealed class AlertSource(StateFolder state, string balancer) : IAsyncDisposable
{
    private readonly AlertDispatcher _dispatcher = new(state, log: Console.Error.WriteLine);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _incidents = new(StringComparer.Ordinal);

    /// <summary>Takes up the incidents that an earlier process of the balancer left open, without raising anything.</summary>
    /// <param name="past">What happened, oldest first.</param>
    public void Recall(IReadOnlyList<BalancerEvent> past)
    {
        lock (_lock)
        {
            foreach (var entry in past)
            {
                switch (entry.Kind)
                {
                    case BalancerEventKind.BackendDown or BalancerEventKind.BackendFlapping:
                        _incidents.TryAdd(entry.Backend!, NewIncident(entry));
                        break;
                    case BalancerEventKind.AllDown:
                        _incidents.TryAdd(balancer, NewIncident(entry));
                        break;
                    case BalancerEventKind.BackendUp:
                        _incidents.Remove(entry.Backend!);
                        _incidents.Remove(balancer);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    /// <summary>Tells the recovery of what is well although an incident about it is open: it came back while no process looked.</summary>
    /// <param name="entry">The event at which that was found.</param>
    /// <param name="up">The names of the backends that are up.</param>
    public void Settle(BalancerEvent entry, IReadOnlyList<string> up)
    {
        lock (_lock)
        {
            foreach (var backend in up) End(entry, backend, $"{backend} serves again: the split is {entry.Split}.");
            if (up.Count > 0) End(entry, balancer, $"Requests are answered again: the split is {entry.Split}.");
        }
    }

    /// <summary>Raises what an event means to people. Never waits.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="role">The role of the backend that it is about.</param>
    public void Raise(BalancerEvent entry, ApplicationRole? role)
    {
        lock (_lock)
        {
            switch (entry.Kind)
            {
                case BalancerEventKind.BackendFailing:
                    Send(entry, entry.Backend!, AlertSeverity.Warning, $"{entry.Backend} fails requests or checks, and keeps its share for now.", NewIncident(entry));
                    break;
                case BalancerEventKind.BackendDown:
                    Begin(entry, entry.Backend!, AlertSeverity.Warning, role == ApplicationRole.Canary
                        ? $"The canary {entry.Backend} is out: production gets all requests ({entry.Split})."
                        : $"{entry.Backend} is out: the split is {entry.Split}.");
                    break;
                case BalancerEventKind.BackendFlapping:
                    Begin(entry, entry.Backend!, AlertSeverity.Warning, $"{entry.Backend} goes up and down, and is kept out for a while: the split is {entry.Split}.");
                    break;
                case BalancerEventKind.AllDown:
                    Begin(entry, balancer, AlertSeverity.Critical, "No backend may be asked: every request is answered with 503.");
                    break;
                case BalancerEventKind.BackendUp:
                    End(entry, entry.Backend!, $"{entry.Backend} serves again: the split is {entry.Split}.");
                    End(entry, balancer, $"Requests are answered again: the split is {entry.Split}.");
                    break;
                case BalancerEventKind.BackendDraining or BalancerEventKind.BackendBack or BalancerEventKind.SettingsChanged or BalancerEventKind.Started or BalancerEventKind.Stopping:
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _dispatcher.DisposeAsync();

    private static string NewIncident(BalancerEvent entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Balancer}-{entry.Id}");

    // What is down already is one incident, however often it is told.
    private void Begin(BalancerEvent entry, string subject, AlertSeverity severity, string summary)
    {
        if (!_incidents.TryGetValue(subject, out var incident)) _incidents[subject] = incident = NewIncident(entry);
        Send(entry, subject, severity, summary, incident);
    }

    private void End(BalancerEvent entry, string subject, string summary)
    {
        if (_incidents.Remove(subject, out var incident)) Send(entry, subject, AlertSeverity.Recovery, summary, incident);
    }

    private void Send(BalancerEvent entry, string subject, AlertSeverity severity, string summary, string incident) =>
        _dispatcher.Raise(new Alert(Guid.NewGuid().ToString("N"), entry.At, $"balancer/{balancer}", subject, severity, summary, entry.Cause, entry.Evidence, incident));
}
