using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// Makes the answers about whole targets. Times and incidents are exact, from the changes; checks and latencies are those
/// of all minutes of which a part lies in the period.
/// </summary>
internal static class HistorySummary
{
    /// <summary>Summarizes a period.</summary>
    /// <param name="reader">Reads the file.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends: not in the future.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The targets' histories, in their order.</returns>
    public static IReadOnlyList<HeartbeatHistory> Of(HistoryReader reader, IReadOnlyList<TargetView> targets, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var (begin, end) = (HistoryTime.Of(from), HistoryTime.Of(to));
        var (firstMinute, lastMinute) = (begin / HistoryTime.Minute, (end - 1) / HistoryTime.Minute);
        var tallies = targets.ToDictionary<TargetView, TargetView, Tally>(target => target, _ => new Tally(), ReferenceEqualityComparer.Instance);
        foreach (var target in targets.Where(target => target.Beats.Length > 0 && target.Minute >= firstMinute && target.Minute <= lastMinute))
        {
            tallies[target].Checks += HourBlock.Count(target.Minute, target.Beats, tallies[target].Latencies);
        }

        reader.Hours(targets, firstMinute / HistoryTime.MinutesPerHour, lastMinute / HistoryTime.MinutesPerHour, (target, hour, minutes) =>
        {
            ct.ThrowIfCancellationRequested();
            var tally = tallies[target];
            var read = new HourReader(minutes, hour);
            while (read.Next())
            {
                if (read.Minute < firstMinute || read.Minute > lastMinute) continue;
                tally.Checks += read.Checks;
                read.AddLatenciesTo(tally.Latencies);
            }
        });

        var histories = new List<HeartbeatHistory>(targets.Count);
        foreach (var target in targets)
        {
            ct.ThrowIfCancellationRequested();
            histories.Add(Of(target, tallies[target], reader.Changes(target, begin, end), from, to));
        }

        return histories;
    }

    private static HeartbeatHistory Of(TargetView target, Tally tally, IReadOnlyList<StateChange> changes, DateTimeOffset from, DateTimeOffset to)
    {
        var (begin, end) = (HistoryTime.Of(from), HistoryTime.Of(to));
        var durations = StateDurations.Of(changes, begin, end);
        var latencies = tally.Latencies.ToBuckets();
        return new HeartbeatHistory(
            target.Name,
            target.Group,
            from,
            to,
            durations.Uptime,
            Incidents.Of(changes, begin, end),
            tally.Checks,
            LatencyHistogram.Percentile(latencies, 0.5),
            LatencyHistogram.Percentile(latencies, 0.95),
            LatencyHistogram.Percentile(latencies, 0.99))
        {
            Environment = target.Environment,
            Uri = target.Uri,
            Up = durations.Of(HeartbeatState.Up),
            Degraded = durations.Of(HeartbeatState.Degraded),
            Down = durations.Of(HeartbeatState.Down),
            Maintenance = durations.Of(HeartbeatState.Maintenance),
            Unknown = durations.Of(HeartbeatState.Unknown),
        };
    }

    private sealed class Tally
    {
        public long Checks { get; set; }

        public LatencyCounts Latencies { get; } = new();
    }
}
