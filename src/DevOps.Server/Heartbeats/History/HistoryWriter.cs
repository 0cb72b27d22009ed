using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Writes batches to the open file.</summary>
internal sealed class HistoryWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _target;
    private readonly Statement _change;
    private readonly Statement _raw;
    private readonly Statement _hour;
    private readonly Statement _journal;
    private readonly Statement _clearJournal;
    private readonly Statement _seen;
    private readonly long _run;

    /// <summary>Makes the statements ready.</summary>
    /// <param name="connection">The open file, which it closes.</param>
    /// <param name="run">The number of this process's run.</param>
    public HistoryWriter(SqliteConnection connection, long run)
    {
        _connection = connection;
        _run = run;
        _target = new Statement(connection, "INSERT INTO targets (id, key, name, grp, environment, uri) VALUES ($0, $1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET uri = excluded.uri", 6);
        _change = new Statement(connection, "INSERT INTO changes (target, at, state, cause, evidence) VALUES ($0, $1, $2, $3, $4) ON CONFLICT DO NOTHING", 5);
        _raw = new Statement(connection, "INSERT OR REPLACE INTO raw (id, beats) VALUES ($0, $1)", 2);
        _hour = new Statement(connection, "INSERT OR REPLACE INTO hours (id, minutes) VALUES ($0, $1)", 2);
        _journal = new Statement(connection, "INSERT INTO journal (beats) VALUES ($0)", 1);
        _clearJournal = new Statement(connection, "DELETE FROM journal", 0);
        _seen = new Statement(connection, "UPDATE runs SET seen = max(seen, $0) WHERE id = $1", 2);
    }

    /// <summary>The open file.</summary>
    public SqliteConnection Connection => _connection;

    /// <summary>Writes a batch, all of it or nothing.</summary>
    /// <param name="batch">The batch.</param>
    /// <exception cref="SqliteException">SQLite says why not.</exception>
    public void Write(HistoryBatch batch)
    {
        using var transaction = new HistoryTransaction(_connection);
        foreach (var (target, uri) in batch.Targets)
        {
            _target.Run(target.Id, target.Key, target.Name, target.Group, target.Environment, HistoryTexts.Cut(uri.OriginalString, HistoryTexts.LongestAddress));
        }

        foreach (var (target, change) in batch.Changes) _change.Run(target.Id, change.At, (long)change.State, change.Cause, change.Evidence);
        // In the order of their numbers, each row is written behind the one before.
        foreach (var ((target, minute), beats) in InOrder(batch.Raw)) _raw.Run(HistoryTime.Row(minute, target.Id), beats);
        foreach (var ((target, hour), minutes) in InOrder(batch.Hours)) _hour.Run(HistoryTime.Row(hour, target.Id), minutes);
        if (batch.IsWholeJournal) _clearJournal.Run();
        if (batch.Journal is not null) _journal.Run(batch.Journal);
        _seen.Run(batch.Now, _run);
        transaction.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_target, _change, _raw, _hour, _journal, _clearJournal, _seen]) statement.Dispose();
        _connection.Dispose();
    }

    private static IEnumerable<KeyValuePair<(TargetRecord Target, long Block), byte[]>> InOrder(IEnumerable<KeyValuePair<(TargetRecord Target, long Block), byte[]>> blocks) =>
        blocks.Where(block => block.Key.Target.Id > 0).OrderBy(block => HistoryTime.Row(block.Key.Block, block.Key.Target.Id));
}
