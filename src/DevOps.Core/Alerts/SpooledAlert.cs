using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>An alert that waits for one destination, as it is kept on the disk.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="SpooledAt">Since when it waits.</param>
internal sealed record SpooledAlert(Alert Alert, DateTimeOffset SpooledAt)
{
    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When the last attempt ended.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Cause { get; init; }

    /// <summary>How long the last attempt took.</summary>
    public TimeSpan Duration { get; init; }
}
