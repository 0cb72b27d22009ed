using DevOps.Model;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Reads what the file holds of targets, and puts with it what it does not hold yet.</summary>
/// <param name="connection">The open file; nothing when there is none, so that only what it does not hold can be told.</param>
internal sealed class HistoryReader(SqliteConnection? connection)
{
    /// <summary>The state that a number of the file stands for.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The state; unknown when there is none of that number.</returns>
    public static HeartbeatState State(long number) => number is >= 0 and <= (long)HeartbeatState.Maintenance ? (HeartbeatState)number : HeartbeatState.Unknown;

    /// <summary>The targets of the file.</summary>
    /// <param name="connection">The open file.</param>
    /// <returns>The targets, without what is not in its tables.</returns>
    public static IReadOnlyList<TargetView> ReadTargets(SqliteConnection connection)
    {
        var targets = new List<TargetView>();
        using var select = new Statement(connection, "SELECT id, key, name, grp, environment, uri FROM targets ORDER BY id", 0);
        using var rows = select.Read();
        while (rows.Read())
        {
            // An address that was cut may be none any more.
            if (!Uri.TryCreate(rows.GetString(5), UriKind.Absolute, out var uri)) uri = new Uri("about:blank");
            targets.Add(new TargetView(rows.GetInt64(0), rows.GetString(1), rows.GetString(2), Text(rows, 3), Text(rows, 4), uri));
        }

        return targets;
    }

    /// <summary>The checks of the minutes that have not ended.</summary>
    /// <param name="connection">The open file.</param>
    /// <returns>By target and minute, in the order of the minutes.</returns>
    public static IEnumerable<KeyValuePair<(long Target, long Minute), byte[]>> ReadJournal(SqliteConnection connection)
    {
        var pieces = new Dictionary<(long Target, long Minute), System.Buffers.ArrayBufferWriter<byte>>();
        using var select = new Statement(connection, "SELECT beats FROM journal ORDER BY id", 0);
        using var rows = select.Read();
        while (rows.Read())
        {
            var row = new JournalReader(rows.GetFieldValue<byte[]>(0));
            while (row.Next())
            {
                if (!pieces.TryGetValue((row.Target, row.Minute), out var minute)) pieces[(row.Target, row.Minute)] = minute = new();
                System.Buffers.BuffersExtensions.Write(minute, row.Piece);
            }
        }

        return pieces.OrderBy(minute => minute.Key.Minute).Select(minute => KeyValuePair.Create(minute.Key, minute.Value.WrittenSpan.ToArray()));
    }

    /// <summary>The changes of a period.</summary>
    /// <param name="target">The target.</param>
    /// <param name="from">Where the period begins, in milliseconds since 1970.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>The changes, oldest first: from the one before the period, or from where the incident began that goes on there, until the end of the one that goes on at its end.</returns>
    public IReadOnlyList<StateChange> Changes(TargetView target, long from, long to)
    {
        var changes = new SortedDictionary<long, StateChange>();
        if (connection is not null && target.Id > 0)
        {
            using var select = new Statement(connection, "SELECT at, state, cause, evidence FROM changes WHERE target = $0 AND at >= $1 ORDER BY at", 2);
            using var rows = select.Read(target.Id, Beginning(target.Id, from));
            while (rows.Read())
            {
                var change = new StateChange(rows.GetInt64(0), State(rows.GetInt64(1)), Text(rows, 2), Text(rows, 3));
                changes[change.At] = change;
                if (change.At >= to && !Incidents.Include(change.State)) break;
            }
        }

        foreach (var change in target.Changes) changes[change.At] = change;
        // Nobody looked since, whatever the last change says.
        if (target.KnownUntil is { } until && changes.Count > 0)
        {
            var end = Math.Max(until, changes.Keys.Last() + 1);
            changes[end] = new StateChange(end, HeartbeatState.Unknown);
        }

        return [.. changes.Values];
    }

    /// <summary>Tells of the minutes of hours.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="fromHour">The number of the first hour.</param>
    /// <param name="toHour">The number of the last hour.</param>
    /// <param name="hear">Hears of the target, the number of the hour and its minutes, as <see cref="HourBlock"/> writes them.</param>
    public void Hours(IReadOnlyList<TargetView> targets, long fromHour, long toHour, Action<TargetView, long, byte[]> hear)
    {
        foreach (var target in targets)
        {
            foreach (var (hour, minutes) in target.Hours)
            {
                if (hour >= fromHour && hour <= toHour) hear(target, hour, minutes);
            }
        }

        if (connection is null) return;
        // Where there is nothing, nothing is looked for.
        fromHour = Math.Max(fromHour, HistoryTime.BlockOf(HistoryFile.Number(connection, "SELECT min(id) FROM hours")));
        if (targets.Count == 1)
        {
            Blocks("SELECT minutes FROM hours WHERE id = $0", targets[0].Id, fromHour, toHour, targets[0].Hours.Keys, (hour, minutes) => hear(targets[0], hour, minutes));
            return;
        }

        var byId = targets.Where(target => target.Id > 0).ToDictionary(target => target.Id);
        using var select = new Statement(connection, "SELECT id, minutes FROM hours WHERE id >= $0 AND id < $1 ORDER BY id", 2);
        using var rows = select.Read(HistoryTime.Row(fromHour, 0), HistoryTime.Row(toHour + 1, 0));
        while (rows.Read())
        {
            var hour = HistoryTime.BlockOf(rows.GetInt64(0));
            if (byId.TryGetValue(HistoryTime.TargetOf(rows.GetInt64(0)), out var target) && !target.Hours.ContainsKey(hour)) hear(target, hour, rows.GetFieldValue<byte[]>(1));
        }
    }

    /// <summary>Tells of single checks.</summary>
    /// <param name="target">The target.</param>
    /// <param name="fromMinute">The number of the first minute.</param>
    /// <param name="toMinute">The number of the last minute.</param>
    /// <param name="hear">Hears of the number of the minute and its checks, as <see cref="BeatBlock"/> writes them.</param>
    public void Minutes(TargetView target, long fromMinute, long toMinute, Action<long, byte[]> hear)
    {
        foreach (var (minute, beats) in target.Raw)
        {
            if (minute >= fromMinute && minute <= toMinute) hear(minute, beats);
        }

        if (target.Beats.Length > 0 && target.Minute >= fromMinute && target.Minute <= toMinute) hear(target.Minute, target.Beats);
        if (connection is null) return;
        fromMinute = Math.Max(fromMinute, HistoryTime.BlockOf(HistoryFile.Number(connection, "SELECT min(id) FROM raw")));
        Blocks("SELECT beats FROM raw WHERE id = $0", target.Id, fromMinute, toMinute, target.Raw.Keys, hear);
    }

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    // The last change before the period; when the target was in an incident then, the one that began it.
    private long Beginning(long target, long from)
    {
        using var select = new Statement(connection!, "SELECT at, state FROM changes WHERE target = $0 AND at <= $1 ORDER BY at DESC", 2);
        using var rows = select.Read(target, from);
        var beginning = from;
        for (var isFirst = true; rows.Read(); isFirst = false)
        {
            var isIncident = Incidents.Include(State(rows.GetInt64(1)));
            if (isFirst || isIncident) beginning = rows.GetInt64(0);
            if (!isIncident) break;
        }

        return beginning;
    }

    private void Blocks(string query, long target, long first, long last, IEnumerable<long> known, Action<long, byte[]> hear)
    {
        if (target == 0) return;
        var skipped = known.ToHashSet();
        using var select = new Statement(connection!, query, 1);
        for (var block = first; block <= last; block++)
        {
            if (skipped.Contains(block)) continue;
            using var rows = select.Read(HistoryTime.Row(block, target));
            if (rows.Read()) hear(block, rows.GetFieldValue<byte[]>(0));
        }
    }
}
