using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>What came of one attempt.</summary>
internal enum SendVerdict
{
    /// <summary>The destination took the alert.</summary>
    Taken,

    /// <summary>The destination said that it will never take this alert.</summary>
    Refused,

    /// <summary>It did not work; another time it may.</summary>
    Failed,
}

/// <summary>How one attempt ended.</summary>
/// <param name="Verdict">What came of it.</param>
/// <param name="Cause">Why it was not taken, in words; nothing when it was.</param>
/// <param name="RetryAfter">How long the destination asks not to be sent anything.</param>
internal sealed record SendResult(SendVerdict Verdict, string? Cause = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The destination took the alert.</summary>
    public static SendResult Taken { get; } = new(SendVerdict.Taken);

    /// <summary>It did not work; another time it may.</summary>
    /// <param name="cause">Why, in words.</param>
    /// <returns>The result.</returns>
    public static SendResult Failed(string cause) => new(SendVerdict.Failed, cause);
}

/// <summary>Brings an alert to destinations of one kind, once.</summary>
internal interface IAlertSender
{
    /// <summary>Makes one attempt, within the destination's time limit.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="ct">Breaks the attempt off.</param>
    /// <returns>How it ended. What went wrong at the destination is a result, never an exception.</returns>
    Task<SendResult> SendAsync(SavedAlertDestination destination, Alert alert, CancellationToken ct);
}
