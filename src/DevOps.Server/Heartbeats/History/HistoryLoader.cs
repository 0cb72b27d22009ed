using DevOps.Model;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Begins a run: says in the file that nobody looked since the last one, and gives the recorder what it goes on from.</summary>
/// <param name="connection">The open file.</param>
internal sealed class HistoryLoader(SqliteConnection connection)
{
    // From when the last run was seen, or from its last change on when the clock was set back.
    private const string EndFormerRun = """
        INSERT INTO changes (target, at, state)
        SELECT target, max(at + 1, (SELECT coalesce(max(seen), 0) FROM runs)), 0
        FROM (SELECT targets.id AS target, (SELECT max(at) FROM changes WHERE target = targets.id) AS last FROM targets)
        JOIN changes USING (target)
        WHERE at = last AND state <> 0
        """;

    /// <summary>Whether the file is the one to which a run belongs.</summary>
    /// <param name="run">The run's number.</param>
    /// <returns>Whether it is.</returns>
    public bool Knows(long run)
    {
        using var find = new Statement(connection, "SELECT count(*) FROM runs WHERE id = $0", 1);
        using var rows = find.Read(run);
        return rows.Read() && rows.GetInt64(0) > 0;
    }

    /// <summary>Begins a run.</summary>
    /// <param name="run">Its number.</param>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    public void Begin(long run, long now)
    {
        using var transaction = new HistoryTransaction(connection);
        HistoryFile.Run(connection, EndFormerRun);
        using var insert = new Statement(connection, "INSERT INTO runs (id, began, seen) VALUES ($0, $1, $1)", 2);
        insert.Run(run, now);
        transaction.Commit();
    }

    /// <summary>Gives the recorder what the file holds.</summary>
    /// <param name="recorder">The recorder.</param>
    public void Load(Recorder recorder)
    {
        var targets = ReadTargets(recorder);
        using var last = new Statement(connection, "SELECT at, state FROM changes WHERE target = $0 ORDER BY at DESC LIMIT $1", 2);
        foreach (var target in targets.Values) LoadTimeline(recorder, target, last);
        LoadHours(targets);
        LoadJournal(targets);
    }

    private static void LoadTimeline(Recorder recorder, TargetRecord target, Statement last)
    {
        var changes = new List<(long At, HeartbeatState State)>();
        using (var rows = last.Read(target.Id, StateTimeline.Kept))
        {
            while (rows.Read()) changes.Add((rows.GetInt64(0), HistoryReader.State(rows.GetInt64(1))));
        }

        changes.Reverse();
        target.Timeline.Load(changes, isAll: changes.Count < StateTimeline.Kept);
        recorder.Rebase(target);
    }

    private Dictionary<long, TargetRecord> ReadTargets(Recorder recorder)
    {
        var targets = new Dictionary<long, TargetRecord>();
        foreach (var view in HistoryReader.ReadTargets(connection))
        {
            var target = recorder.Know(view.Key, () => new TargetRecord(view.Key, view.Name, view.Group, view.Environment, view.Uri));
            (target.Id, target.WrittenUri) = (view.Id, view.Uri);
            targets[view.Id] = target;
            recorder.KnowId(view.Id);
        }

        return targets;
    }

    // The last hours only: those that may go on.
    private void LoadHours(Dictionary<long, TargetRecord> targets)
    {
        var hour = HistoryTime.BlockOf(HistoryFile.Number(connection, "SELECT max(id) FROM hours"));
        using var select = new Statement(connection, "SELECT id, minutes FROM hours WHERE id >= $0 ORDER BY id", 1);
        using var rows = select.Read(HistoryTime.Row(hour - 1, 0));
        while (rows.Read())
        {
            if (targets.TryGetValue(HistoryTime.TargetOf(rows.GetInt64(0)), out var target)) target.Hour.Load(HistoryTime.BlockOf(rows.GetInt64(0)), rows.GetFieldValue<byte[]>(1));
        }
    }

    private void LoadJournal(Dictionary<long, TargetRecord> targets)
    {
        foreach (var ((id, minute), beats) in HistoryReader.ReadJournal(connection))
        {
            // What was checked meanwhile goes on in its own minute.
            if (!targets.TryGetValue(id, out var target) || target.Beats.Minute >= minute || target.Beats.Written.Length > 0) continue;
            target.Beats.Resume(minute, beats);
            target.JournaledBytes = target.Beats.Written.Length;
            target.LastAt = Math.Max(target.LastAt, target.Beats.LastAt);
        }
    }
}
