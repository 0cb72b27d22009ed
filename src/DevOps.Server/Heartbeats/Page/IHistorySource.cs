using DevOps.Model;
using DevOps.Server.Heartbeats.History;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>What is asked for how a target was.</summary>
internal interface IHistorySource
{
    /// <summary>Tells how a target was.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>How it was; nothing when nothing is known of such a target.</returns>
    Task<HeartbeatHistory?> GetAsync(string key, DateTimeOffset from, DateTimeOffset to, CancellationToken ct);

    /// <summary>Divides a period into slices of the same length and tells how a target was in each.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="points">How many slices there are.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>The slices, oldest first.</returns>
    Task<IReadOnlyList<HistoryPoint>> LineAsync(string key, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken ct);
}
