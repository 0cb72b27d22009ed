using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Makes a target's line: a period in slices of the same length, each with the worst state and the median latency.</summary>
internal sealed class HistoryLine
{
    private readonly long _from;
    private readonly long _to;
    private readonly LatencyCounts?[] _latencies;

    private HistoryLine(long from, long to, int points)
    {
        (_from, _to) = (from, to);
        _latencies = new LatencyCounts?[points];
    }

    // Slices of less than a minute are made of single checks, as long as these are kept.
    private bool IsFine => (_to - _from) / _latencies.Length < HistoryTime.Minute;

    /// <summary>Makes a line.</summary>
    /// <param name="reader">Reads the file.</param>
    /// <param name="target">The target.</param>
    /// <param name="from">Where the period begins, in milliseconds since 1970.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="points">How many slices.</param>
    /// <returns>The slices, oldest first.</returns>
    public static IReadOnlyList<HistoryPoint> Of(HistoryReader reader, TargetView target, long from, long to, int points)
    {
        var line = new HistoryLine(from, to, points);
        line.Measure(reader, target);
        var states = line.States(reader.Changes(target, from, to));
        return [.. states.Select((state, index) => new HistoryPoint(HistoryTime.At(line.Begin(index)), state, line.Median(index)))];
    }

    private static int Badness(HeartbeatState state) => state switch
    {
        HeartbeatState.Down => 4,
        HeartbeatState.Degraded => 3,
        HeartbeatState.Maintenance => 2,
        HeartbeatState.Up => 1,
        _ => 0,
    };

    private long Begin(int index) => _from + ((_to - _from) * index / _latencies.Length);

    private int IndexOf(long at)
    {
        var index = (int)Math.Clamp((at - _from) * _latencies.Length / (_to - _from), 0, _latencies.Length - 1);
        // Where slices are not of whole milliseconds, the division may miss by one.
        if (index + 1 < _latencies.Length && Begin(index + 1) <= at) index++;
        return index;
    }

    private TimeSpan? Median(int index) => _latencies[index] is { } counts ? LatencyHistogram.Percentile(counts.ToBuckets(), 0.5) : null;

    private LatencyCounts Slice(int index) => _latencies[index] ??= new LatencyCounts();

    private HeartbeatState[] States(IReadOnlyList<StateChange> changes)
    {
        var states = new HeartbeatState[_latencies.Length];
        for (var index = 0; index < changes.Count; index++)
        {
            var (begin, end) = (Math.Max(changes[index].At, _from), index + 1 < changes.Count ? Math.Min(changes[index + 1].At, _to) : _to);
            if (begin >= end) continue;
            for (var slice = IndexOf(begin); slice <= IndexOf(end - 1); slice++)
            {
                if (Badness(changes[index].State) > Badness(states[slice])) states[slice] = changes[index].State;
            }
        }

        return states;
    }

    private void Measure(HistoryReader reader, TargetView target)
    {
        var (first, last) = (_from / HistoryTime.Minute, (_to - 1) / HistoryTime.Minute);
        var measured = new HashSet<long>();
        if (IsFine)
        {
            reader.Minutes(target, first, last, (minute, beats) =>
            {
                if (measured.Add(minute)) AddBeats(minute, beats);
            });
        }
        else if (target.Beats.Length > 0 && target.Minute >= first && target.Minute <= last)
        {
            HourBlock.Count(target.Minute, target.Beats, Slice(IndexOf(target.Minute * HistoryTime.Minute)));
        }

        reader.Hours([target], first / HistoryTime.MinutesPerHour, last / HistoryTime.MinutesPerHour, (_, hour, minutes) => AddMinutes(hour, minutes, first, last, measured));
    }

    private void AddBeats(long minute, byte[] beats)
    {
        var reader = new BeatReader(beats, minute);
        while (reader.Next())
        {
            if (reader.Bucket is { } bucket && reader.Beat.At >= _from && reader.Beat.At < _to) Slice(IndexOf(reader.Beat.At)).Add(bucket);
        }
    }

    private void AddMinutes(long hour, byte[] minutes, long first, long last, HashSet<long> measured)
    {
        var reader = new HourReader(minutes, hour);
        var counts = new LatencyCounts();
        while (reader.Next())
        {
            if (reader.Minute < first || reader.Minute > last || measured.Contains(reader.Minute)) continue;
            var begin = IndexOf(reader.Minute * HistoryTime.Minute);
            if (!IsFine)
            {
                reader.AddLatenciesTo(Slice(begin));
                continue;
            }

            // The single checks are gone: the minute's median stands for all its slices.
            counts.Clear();
            reader.AddLatenciesTo(counts);
            var end = IndexOf(((reader.Minute + 1) * HistoryTime.Minute) - 1);
            foreach (var bucket in counts.ToBuckets())
            {
                for (var slice = begin; slice <= end; slice++) Slice(slice).Add(bucket.Index, bucket.Count);
            }
        }
    }
}
