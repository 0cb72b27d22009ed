namespace DevOps.Core.Flags.Client;

/// <summary>Where the flags that a client answers with come from.</summary>
public enum FlagSource
{
    /// <summary>There are none yet.</summary>
    None,

    /// <summary>From the file of the last known values; the server did not answer yet.</summary>
    Snapshot,

    /// <summary>From the server.</summary>
    Server,
}

/// <summary>How a client is.</summary>
/// <param name="Source">Where its flags come from.</param>
/// <param name="IsConnected">Whether the server answered at the last attempt.</param>
/// <param name="Version">The version of its flags.</param>
/// <param name="Count">How many flags there are.</param>
/// <param name="ConfirmedAt">When the server last said that they are the newest; nothing when it never did.</param>
/// <param name="Problem">What is wrong at the moment; nothing when all is well.</param>
public sealed record FlagClientStatus(FlagSource Source, bool IsConnected, long Version, int Count, DateTimeOffset? ConfirmedAt, string? Problem)
{
    /// <summary>Whether the server said at the last attempt that they are the newest.</summary>
    public bool IsCurrent { get; init; }
}
