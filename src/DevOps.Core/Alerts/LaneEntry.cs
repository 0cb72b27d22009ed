namespace DevOps.Core.Alerts;

/// <summary>What a process knows of an alert that waits, without opening its file.</summary>
/// <param name="name">The name under which it waits.</param>
internal sealed class LaneEntry(string name)
{
    /// <summary>The name under which it waits.</summary>
    public string Name { get; } = name;

    /// <summary>A digest of its incident.</summary>
    public string Incident { get; } = SpoolName.IncidentOf(name);

    /// <summary>How often it was tried, as far as is known.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it was last tried, as far as is known.</summary>
    public DateTimeOffset TriedAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>When it may be tried, as far as is known.</summary>
    public DateTimeOffset NotBefore { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Whether it is done with, although its file could not be removed.</summary>
    public bool IsDone { get; set; }

    /// <summary>
    /// Learns what is known of it elsewhere. The larger of both counts: what could not be written down must not be tried
    /// again and again as if it never had been.
    /// </summary>
    /// <param name="alert">What is known.</param>
    public void Learn(SpooledAlert alert)
    {
        Attempts = Math.Max(Attempts, alert.Attempts);
        if (alert.TriedAt > TriedAt) TriedAt = alert.TriedAt.Value;
        if (alert.NotBefore > NotBefore) NotBefore = alert.NotBefore.Value;
    }

    /// <summary>Leaves it alone for a while.</summary>
    /// <param name="until">Until when.</param>
    public void LeaveAlone(DateTimeOffset until) => NotBefore = until;

    /// <summary>When it is its turn. A success since its last attempt means that the destination is there again: then at once.</summary>
    /// <param name="lastSuccess">When the destination last took an alert.</param>
    /// <returns>The time.</returns>
    public DateTimeOffset DueAt(DateTimeOffset lastSuccess) => Attempts > 0 && TriedAt < lastSuccess ? DateTimeOffset.MinValue : NotBefore;
}
