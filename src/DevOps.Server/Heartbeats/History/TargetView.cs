namespace DevOps.Server.Heartbeats.History;

/// <summary>A target, and what of it does not stand in the file's tables yet.</summary>
/// <param name="Id">Its number in the file; 0 when it has none.</param>
/// <param name="Key">What it is remembered by.</param>
/// <param name="Name">Its name.</param>
/// <param name="Group">What it belongs to; nothing when it stands alone.</param>
/// <param name="Environment">The environment whose application it serves; nothing when it is no instance.</param>
/// <param name="Uri">What was checked last.</param>
internal sealed record TargetView(long Id, string Key, string Name, string? Group, string? Environment, Uri Uri)
{
    private static readonly Dictionary<long, byte[]> None = [];

    /// <summary>Changes, oldest first.</summary>
    public IReadOnlyList<StateChange> Changes { get; init; } = [];

    /// <summary>Minutes that have ended, by their numbers, as <see cref="BeatBlock"/> writes them.</summary>
    public IReadOnlyDictionary<long, byte[]> Raw { get; init; } = None;

    /// <summary>Hours as they are now, by their numbers, as <see cref="HourBlock"/> writes them. The file's are older.</summary>
    public IReadOnlyDictionary<long, byte[]> Hours { get; init; } = None;

    /// <summary>The number of the minute that has not ended.</summary>
    public long Minute { get; init; }

    /// <summary>Its checks so far, as <see cref="BeatBlock"/> writes them.</summary>
    public byte[] Beats { get; init; } = [];

    /// <summary>When somebody looked last, in milliseconds since 1970: since then it is unknown. Nothing when a monitor is at work.</summary>
    public long? KnownUntil { get; init; }
}
