using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>The targets as a process finds them in the file that does not write it.</summary>
internal static class StoredTargets
{
    /// <summary>Reads targets, with what the journal holds of them.</summary>
    /// <param name="connection">The open file.</param>
    /// <param name="key">The key of the one that is wanted; nothing for all.</param>
    /// <returns>The targets.</returns>
    public static IReadOnlyList<TargetView> Read(SqliteConnection connection, string? key)
    {
        var targets = HistoryReader.ReadTargets(connection).Where(target => key is null || target.Key == key).ToList();
        var seen = HistoryFile.Number(connection, "SELECT max(seen) FROM runs");
        var journal = new Dictionary<long, (long Minute, byte[] Beats)>();
        foreach (var ((target, minute), beats) in HistoryReader.ReadJournal(connection)) journal[target] = (minute, beats);
        return [.. targets.Select(target =>
        {
            var (minute, beats) = journal.GetValueOrDefault(target.Id, (0, []));
            return target with { KnownUntil = seen, Minute = minute, Beats = beats };
        })];
    }
}
