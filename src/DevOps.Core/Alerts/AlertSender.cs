using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>One attempt to bring an alert to a destination.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="At">When it ended.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record AlertAttempt(SendResult Result, DateTimeOffset At, TimeSpan Duration);

/// <summary>Brings alerts to destinations of every kind.</summary>
/// <param name="time">The clock.</param>
internal sealed class AlertSender(TimeProvider time) : IDisposable
{
    private readonly WebhookSender _webhooks = new(time);
    private readonly CommandSender _commands = new(time);

    /// <summary>Makes one attempt, within the destination's time limit.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="ct">Breaks the attempt off.</param>
    /// <returns>What came of it.</returns>
    public async Task<AlertAttempt> SendAsync(SavedAlertDestination destination, Alert alert, CancellationToken ct)
    {
        IAlertSender sender = destination.Kind == AlertDestinationKind.Webhook ? _webhooks : _commands;
        var began = time.GetTimestamp();
        var result = await sender.SendAsync(destination, alert, ct);
        return new AlertAttempt(result, time.GetUtcNow(), time.GetElapsedTime(began));
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _webhooks.Dispose();
}
