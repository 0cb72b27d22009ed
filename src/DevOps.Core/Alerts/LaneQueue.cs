namespace DevOps.Core.Alerts;

/// <summary>
/// The order in which one destination's alerts are tried. Those of one incident go out as they were raised, so that no
/// recovery overtakes its alert. Among the incidents, what was never tried goes first, then what was tried least: an alert
/// on which a receiver always fails keeps no other one waiting.
/// </summary>
internal sealed class LaneQueue
{
    private readonly SortedDictionary<string, LaneEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds what waits.</summary>
    /// <param name="name">The name under which it waits; one that is known already is left as it is.</param>
    public void Add(string name) => _entries.TryAdd(name, new LaneEntry(name));

    /// <summary>Drops what waits no more.</summary>
    /// <param name="entry">The entry.</param>
    public void Drop(LaneEntry entry) => _entries.Remove(entry.Name);

    /// <summary>Takes over what there is on the disk.</summary>
    /// <param name="names">The names of all that waits.</param>
    public void Match(IEnumerable<string> names)
    {
        var there = names.ToHashSet(StringComparer.Ordinal);
        foreach (var name in _entries.Keys.Where(name => !there.Contains(name)).ToArray()) _entries.Remove(name);
        foreach (var name in there) Add(name);
    }

    /// <summary>Finds whose turn it is.</summary>
    /// <param name="now">The time.</param>
    /// <param name="lastSuccess">When the destination last took an alert.</param>
    /// <returns>The entry, or when to look again; neither when nothing waits.</returns>
    public (LaneEntry? Entry, DateTimeOffset? LookAt) Next(DateTimeOffset now, DateTimeOffset lastSuccess)
    {
        var incidents = new HashSet<string>(StringComparer.Ordinal);
        LaneEntry? best = null;
        DateTimeOffset? earliest = null;
        foreach (var entry in _entries.Values)
        {
            if (entry.IsDone || !incidents.Add(entry.Incident)) continue;
            var due = entry.DueAt(lastSuccess);
            if (due > now)
            {
                if (earliest is null || due < earliest) earliest = due;
                continue;
            }

            if (entry.Attempts == 0) return (entry, null);
            if (best is null || entry.Attempts < best.Attempts) best = entry;
        }

        return best is null ? (null, earliest) : (best, null);
    }
}
