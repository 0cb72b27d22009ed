using DevOps.Model;
using DevOps.Server.Heartbeats.History;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Heartbeats;

/// <summary>Gives the page what the history holds.</summary>
/// <param name="history">The history.</param>
internal sealed class HistorySource(HistoryStore history) : IHistorySource
{
    /// <inheritdoc/>
    public Task<HeartbeatHistory?> GetAsync(string key, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => history.GetAsync(key, from, to, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HistoryPoint>> LineAsync(string key, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken ct) => history.LineAsync(key, from, to, points, ct);
}
