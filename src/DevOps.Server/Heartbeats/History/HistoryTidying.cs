using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Deletes what is older than it is kept, and the oldest of what there is too much of, a little at a time.</summary>
internal static class HistoryTidying
{
    // So many rows at once keep nobody waiting.
    private const int Bite = 5_000;
    private const int Bites = 40;
    private const int FreedPages = 4_096;

    /// <summary>Deletes.</summary>
    /// <param name="connection">The open file.</param>
    /// <param name="limits">How much is kept.</param>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    /// <exception cref="SqliteException">SQLite says why not.</exception>
    public static void Run(SqliteConnection connection, HistoryLimits limits, long now)
    {
        Delete(connection, "raw", HistoryTime.Row(Before(now, limits.Raw) / HistoryTime.Minute, 0));
        Delete(connection, "hours", HistoryTime.Row(Before(now, limits.Minutes) / (HistoryTime.Minute * HistoryTime.MinutesPerHour), 0));
        DeleteChanges(connection, Before(now, limits.Changes));
        for (var bite = 0; bite < Bites && Size(connection) > limits.Bytes; bite++)
        {
            // First what is known from the minutes too, then the minutes; changes are few.
            if (!DeleteOldest(connection, "raw") && !DeleteOldest(connection, "hours")) break;
            HistoryFile.Run(connection, $"PRAGMA incremental_vacuum({FreedPages})");
        }

        HistoryFile.Run(connection, $"PRAGMA incremental_vacuum({FreedPages})");
    }

    private static long Before(long now, TimeSpan kept) => Math.Max(0, now - (long)kept.TotalMilliseconds);

    private static long Size(SqliteConnection connection) =>
        (HistoryFile.Number(connection, "PRAGMA page_count") - HistoryFile.Number(connection, "PRAGMA freelist_count")) * HistoryFile.Number(connection, "PRAGMA page_size");

    private static void Delete(SqliteConnection connection, string table, long before)
    {
        using var delete = new Statement(connection, $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE id < $0 ORDER BY id LIMIT {Bite})", 1);
        for (var bite = 0; bite < Bites; bite++)
        {
            if (delete.Run(before) < Bite) return;
        }
    }

    private static bool DeleteOldest(SqliteConnection connection, string table)
    {
        using var delete = new Statement(connection, $"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT {Bite})", 0);
        return delete.Run() > 0;
    }

    // The last change of a target is the state that it is in.
    private static void DeleteChanges(SqliteConnection connection, long before)
    {
        using var delete = new Statement(connection, $"DELETE FROM changes WHERE (target, at) IN (SELECT target, at FROM changes AS old WHERE at < $0 AND at < (SELECT max(at) FROM changes WHERE target = old.target) LIMIT {Bite})", 1);
        delete.Run(before);
    }
}
