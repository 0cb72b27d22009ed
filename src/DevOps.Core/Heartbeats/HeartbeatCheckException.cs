namespace DevOps.Core.Heartbeats;

/// <summary>A check found out why a target is down, in the midst of something else.</summary>
/// <param name="cause">Why, in words.</param>
/// <param name="evidence">What was seen, if anything was.</param>
/// <param name="inner">What it was found out by.</param>
internal sealed class HeartbeatCheckException(string cause, string? evidence = null, Exception? inner = null) : Exception(cause, inner)
{
    /// <summary>What was seen, if anything was.</summary>
    public string? Evidence => evidence;
}
