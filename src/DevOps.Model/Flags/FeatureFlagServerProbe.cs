namespace DevOps.Model;

/// <summary>How long a change took until a node had it.</summary>
/// <param name="Server">The server.</param>
/// <param name="Node">The node.</param>
/// <param name="Role">What part it plays; nothing when it does not answer.</param>
/// <param name="IsSuccess">Whether it had the change within the time that was waited.</param>
/// <param name="Elapsed">For the master, until it had acknowledged the change; for a replica, until it gave the changed value. Counted from when the change was sent, and as seen from here: the way there and back counts. Nothing when it did not come.</param>
/// <param name="Cause">Why not, in words; nothing on success.</param>
public sealed record FeatureFlagServerProbe(
    string Server,
    string Node,
    FeatureFlagServerRole? Role,
    bool IsSuccess,
    TimeSpan? Elapsed,
    string? Cause);
