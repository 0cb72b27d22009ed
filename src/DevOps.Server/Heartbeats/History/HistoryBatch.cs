namespace DevOps.Server.Heartbeats.History;

/// <summary>What is written to the file in one transaction.</summary>
/// <param name="Now">The time, in milliseconds since 1970.</param>
/// <param name="Targets">The targets that do not stand in the file so, with what is checked.</param>
/// <param name="Changes">Changes of state.</param>
/// <param name="Raw">The checks of minutes that have ended.</param>
/// <param name="Hours">The hours that have new minutes, as a whole.</param>
/// <param name="Journal">The checks of minutes that have not ended; nothing when there are no new ones.</param>
/// <param name="IsWholeJournal">Whether the journal takes the place of all that stands in the file's.</param>
/// <param name="Positions">How far the journal holds which minute then.</param>
internal sealed record HistoryBatch(
    long Now,
    IReadOnlyList<(TargetRecord Target, Uri Uri)> Targets,
    IReadOnlyList<PendingChange> Changes,
    IReadOnlyList<KeyValuePair<(TargetRecord Target, long Block), byte[]>> Raw,
    IReadOnlyList<KeyValuePair<(TargetRecord Target, long Block), byte[]>> Hours,
    byte[]? Journal,
    bool IsWholeJournal,
    IReadOnlyList<(TargetRecord Target, long Minute, int Bytes)> Positions);
