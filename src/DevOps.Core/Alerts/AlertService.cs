using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>Adds, lists, removes and tries the destinations of alerts.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock; the system's when nothing.</param>
public sealed class AlertService(StateFolder state, TimeProvider? time = null)
{
    private readonly AlertDestinationStore _store = new(state);
    private readonly AlertSpool _spool = new(state);
    private readonly DeliveryLog _deliveries = new(state);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Adds a destination.</summary>
    /// <param name="request">The destination as it is wanted.</param>
    /// <returns>The destination, as <see cref="AlertDestinationWithSecret"/> when a secret was made for it.</returns>
    /// <exception cref="DevOpsException">
    /// <c>AlertDestinationTaken</c>, <c>AlertDestinationNameInvalid</c>, <c>AlertAddressInvalid</c>, <c>AlertSecretInvalid</c>,
    /// <c>AlertCommandNotFound</c>, <c>AlertCommandInvalid</c>, <c>AlertSourceInvalid</c>, <c>AlertTimeoutInvalid</c>,
    /// <c>StateFolderNotWritable</c>.
    /// </exception>
    public AlertDestination Add(AlertDestinationRequest request)
    {
        AlertDestinationStore.CheckName(request.Name);
        var isThere = _store.Names().Contains(request.Name, StringComparer.Ordinal);
        if (isThere && !request.Replaces) throw Taken(request.Name);
        var isWebhook = request.Uri is not null;
        var secret = (isWebhook, request.Secret) switch
        {
            (false, _) => null,
            (true, null) => WebhookSecret.Generate(),
            (true, var given) => WebhookSecret.Check(given, request.Name),
        };
        var saved = new SavedAlertDestination(
            request.Name,
            isWebhook ? AlertDestinationKind.Webhook : AlertDestinationKind.Command,
            isWebhook ? AlertDestinationRules.CheckAddress(request.Uri!, request.Name) : null,
            secret,
            isWebhook ? null : AlertDestinationRules.CheckCommand(request.Program ?? string.Empty, request.Arguments, request.Name),
            request.MinimumSeverity,
            AlertDestinationRules.CheckSource(request.Source, request.Name),
            AlertDestinationRules.CheckTimeout(request.Timeout, request.Name),
            _time.GetUtcNow());
        _store.Save(saved);
        var destination = Describe(saved, LastDeliveries());
        return isWebhook && request.Secret is null ? new AlertDestinationWithSecret(destination, secret!) : destination;
    }

    /// <summary>Lists the destinations, by name.</summary>
    /// <returns>The destinations, without their secrets.</returns>
    /// <exception cref="DevOpsException"><c>AlertDestinationDamaged</c>.</exception>
    public IReadOnlyList<AlertDestination> List()
    {
        var last = LastDeliveries();
        return [.. _store.Names().Select(_store.Find).OfType<SavedAlertDestination>().Select(saved => Describe(saved, last))];
    }

    /// <summary>The names of all destinations. Reads none of them.</summary>
    /// <returns>The names in order.</returns>
    public IReadOnlyList<string> Names() => _store.Names();

    /// <summary>Gets a destination.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The destination, without its secret.</returns>
    /// <exception cref="DevOpsException"><c>AlertDestinationNotFound</c>, <c>AlertDestinationNameInvalid</c>, <c>AlertDestinationDamaged</c>.</exception>
    public AlertDestination Get(string name) => Describe(_store.Get(name), LastDeliveries());

    /// <summary>Removes a destination, its secret, and what waits for it.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>How many alerts waited and are dropped.</returns>
    /// <exception cref="DevOpsException"><c>AlertDestinationNotFound</c>, <c>AlertDestinationNameInvalid</c>.</exception>
    public int Remove(string name)
    {
        _store.Remove(name);
        var dropped = _spool.Clear(name);
        new OpenIncidents(state).Clear(name);
        return dropped;
    }

    /// <summary>How many alerts wait for a destination.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>How many.</returns>
    public int CountWaiting(string name) => AlertDestinationStore.IsName(name) ? _spool.Names(name).Count() : 0;

    /// <summary>Sends a sample to a destination, once and past its filters, and records what came of it.</summary>
    /// <param name="name">The destination's exact name.</param>
    /// <param name="ct">Breaks it off.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="DevOpsException"><c>AlertDestinationNotFound</c>, <c>AlertDestinationDamaged</c>, <c>StateFolderNotWritable</c>.</exception>
    public async Task<AlertDelivery> TestAsync(string name, CancellationToken ct)
    {
        var destination = _store.Get(name);
        using var sender = new AlertSender(_time);
        var sample = Sample(name);
        var attempt = await sender.SendAsync(destination, sample, ct);
        var delivery = new AlertDelivery(
            sample.Id,
            name,
            attempt.At,
            attempt.Result.Verdict == SendVerdict.Taken,
            Attempts: 1,
            attempt.Result.Cause,
            attempt.Duration);
        await _deliveries.AddAsync(delivery);
        return delivery;
    }

    private Alert Sample(string name) => new(
        $"test-{Guid.NewGuid():N}",
        _time.GetUtcNow(),
        AlertPayload.TestSource,
        name,
        AlertSeverity.Information,
        $"This is a test of the alert destination '{name}'. Nothing is wrong.",
        "Test-AlertDestination was run.",
        $"It was run on {Environment.MachineName}.",
        "test");

    private Dictionary<string, AlertDelivery> LastDeliveries()
    {
        var last = new Dictionary<string, AlertDelivery>(StringComparer.Ordinal);
        foreach (var delivery in _deliveries.Read()) last[delivery.Destination] = delivery;
        return last;
    }

    private AlertDestination Describe(SavedAlertDestination saved, Dictionary<string, AlertDelivery> last) => new(
        saved.Name,
        saved.Kind,
        saved.Uri,
        saved.Command,
        saved.MinimumSeverity,
        saved.Source,
        saved.Secret is not null,
        saved.Timeout,
        CountWaiting(saved.Name),
        last.TryGetValue(saved.Name, out var delivery) && delivery.At >= saved.AddedAt ? delivery : null);

    private static DevOpsException Taken(string name) => new(
        "AlertDestinationTaken",
        FailureKind.Conflict,
        $"There is an alert destination called '{name}' already.",
        $"Choose another name, Add-AlertDestination -Force to replace it, or Remove-AlertDestination {name}.",
        name);
}
