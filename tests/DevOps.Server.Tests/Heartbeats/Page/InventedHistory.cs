using DevOps.Model;
using DevOps.Server.Heartbeats.History;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>Knows of every target whose name holds no "nobody" a history with one incident.</summary>
internal sealed class InventedHistory : IHistorySource
{
    public Task<HeartbeatHistory?> GetAsync(string key, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        if (key.Contains("nobody", StringComparison.Ordinal)) return Task.FromResult<HeartbeatHistory?>(null);
        var began = from + ((to - from) * 0.6);
        HeartbeatIncident[] incidents =
        [
            new(from + ((to - from) * 0.2), from + ((to - from) * 0.2) + TimeSpan.FromMinutes(4), HeartbeatState.Degraded, "the answer took 1.2 s", null),
            new(began, began + TimeSpan.FromMinutes(11), HeartbeatState.Down, "the connection was refused <script>alert(1)</script>", "ECONNREFUSED"),
        ];
        return Task.FromResult<HeartbeatHistory?>(new HeartbeatHistory(key, null, from, to, 99.236, incidents, 86_412, TimeSpan.FromMilliseconds(2.4), TimeSpan.FromMilliseconds(7.9), TimeSpan.FromMilliseconds(31)) { Uri = new Uri("http://10.0.0.1:8080/") });
    }

    public Task<IReadOnlyList<HistoryPoint>> LineAsync(string key, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken ct)
    {
        var state = (int index) => index switch
        {
            < 12 => HeartbeatState.Unknown,
            48 or 49 => HeartbeatState.Degraded,
            >= 144 and < 148 => HeartbeatState.Down,
            148 or 149 => HeartbeatState.Maintenance,
            _ => HeartbeatState.Up,
        };
        return Task.FromResult<IReadOnlyList<HistoryPoint>>(
        [
            .. Enumerable.Range(0, points).Select(index => new HistoryPoint(
                from + ((to - from) * ((double)index / points)),
                state(index),
                state(index) is HeartbeatState.Up or HeartbeatState.Degraded ? TimeSpan.FromMilliseconds(2.4 + Math.Sin(index / 9.0) + (index % 31 == 0 ? 4 : 0) + (state(index) == HeartbeatState.Degraded ? 9 : 0)) : null)),
        ]);
    }
}
