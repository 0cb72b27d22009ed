using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// Keeps the file small: lets go of what is older than the limits, and of the oldest when the file is too large. In bites,
/// so that nothing else waits for long.
/// </summary>
/// <param name="connection">The open file.</param>
/// <param name="limits">The limits.</param>
internal sealed class HistoryKeeper(SqliteConnection connection, HistoryLimits limits) : IDisposable
{
    private const int Bite = 4_000;
    private const int BiteOfTargets = 500;
    private const int MostBites = 50;

    // What is written until the next look must have room too.
    private const double Fullest = 0.9;

    private readonly Statement _raw = new(connection, "DELETE FROM raw WHERE id IN (SELECT id FROM raw WHERE id < $0 ORDER BY id LIMIT $1)", 2);
    private readonly Statement _hours = new(connection, "DELETE FROM hours WHERE id IN (SELECT id FROM hours WHERE id < $0 ORDER BY id LIMIT $1)", 2);
    private readonly Statement _runs = new(connection, "DELETE FROM runs WHERE seen < $0 AND id <> (SELECT id FROM runs ORDER BY seen DESC LIMIT 1)", 1);
    private readonly Statement _targets = new(connection, "SELECT id FROM targets WHERE id > $0 ORDER BY id LIMIT $1", 2);

    // The last change before the limit stays: it says how the target was at the limit.
    private readonly Statement _changes = new(connection, "DELETE FROM changes WHERE target = $0 AND at < (SELECT max(at) FROM changes WHERE target = $0 AND at <= $1)", 2);

    // Nobody has looked at it for so long that nothing is left to tell.
    private readonly Statement _gone = new(connection, "DELETE FROM targets WHERE id = $0 AND (SELECT max(at) FROM changes WHERE target = $0) <= $1 AND (SELECT state FROM changes WHERE target = $0 ORDER BY at DESC LIMIT 1) = 0", 2);
    private readonly Statement _lastChanges = new(connection, "DELETE FROM changes WHERE target = $0", 1);
    private readonly HashSet<long> _forgotten = [];

    private long _lastTarget;

    /// <summary>The numbers of the targets that went with the last look, because nobody has checked them for long.</summary>
    public IReadOnlySet<long> Forgotten => _forgotten;

    /// <summary>Lets go of what is too old or too much.</summary>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    /// <returns>What had to go before its time because the file is too large, in words; nothing when it is not.</returns>
    public string? Keep(long now)
    {
        _raw.Run(HistoryTime.Row(Since(now, limits.Raw) / HistoryTime.Minute, 0), Bite);
        _hours.Run(HistoryTime.Row(Since(now, limits.Minutes) / HistoryTime.Minute / HistoryTime.MinutesPerHour, 0), Bite);
        var oldest = Since(now, limits.Changes);
        _runs.Run(oldest);
        ForgetChanges(oldest);
        return Shrink(now);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_raw, _hours, _runs, _targets, _changes, _gone, _lastChanges]) statement.Dispose();
    }

    private static long Since(long now, TimeSpan age) => Math.Max(0, now - (long)age.TotalMilliseconds);

    private void ForgetChanges(long before)
    {
        var targets = new List<long>();
        using (var rows = _targets.Read(_lastTarget, BiteOfTargets))
        {
            while (rows.Read()) targets.Add(rows.GetInt64(0));
        }

        _lastTarget = targets.Count < BiteOfTargets ? 0 : targets[^1];
        using var transaction = new HistoryTransaction(connection);
        _forgotten.Clear();
        foreach (var target in targets)
        {
            _changes.Run(target, before);
            if (_gone.Run(target, before) == 0) continue;
            _lastChanges.Run(target);
            _forgotten.Add(target);
        }

        transaction.Commit();
    }

    private string? Shrink(long now)
    {
        string? gone = null;
        for (var bite = 0; bite < MostBites && IsTooLarge(); bite++)
        {
            if (_raw.Run(long.MaxValue, Bite) > 0) gone ??= "single checks";
            else if (_hours.Run(long.MaxValue, Bite) > 0) gone = "minutes";
            else if (ForgetOldestChanges(now)) gone = "changes";
            else break;
        }

        // Pages that are free are written to again; only a file that is larger than it may be gives them back.
        if (HistoryFile.Number(connection, "PRAGMA page_count") * PageSize() > limits.Bytes) HistoryFile.Run(connection, "PRAGMA incremental_vacuum(4096)");
        return gone;
    }

    private bool IsTooLarge()
    {
        var used = HistoryFile.Number(connection, "PRAGMA page_count") - HistoryFile.Number(connection, "PRAGMA freelist_count");
        return used * PageSize() > limits.Bytes * Fullest;
    }

    private long PageSize() => HistoryFile.Number(connection, "PRAGMA page_size");

    // The older half of the time that changes tell of.
    private bool ForgetOldestChanges(long now)
    {
        var oldest = HistoryFile.Number(connection, "SELECT min(at) FROM (SELECT max(at) AS at FROM changes GROUP BY target UNION ALL SELECT min(at) FROM changes GROUP BY target HAVING count(*) > 1)");
        var middle = oldest + ((now - oldest) / 2);
        using var forget = new Statement(connection, "DELETE FROM changes WHERE at < $0 AND EXISTS (SELECT 1 FROM changes AS later WHERE later.target = changes.target AND later.at > changes.at AND later.at <= $0)", 1);
        return oldest > 0 && middle < now && forget.Run(middle) > 0;
    }
}
