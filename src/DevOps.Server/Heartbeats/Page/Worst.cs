using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Which of several states tells most about all of them.</summary>
internal static class Worst
{
    private static readonly HeartbeatState[] First = [HeartbeatState.Down, HeartbeatState.Degraded, HeartbeatState.Unknown, HeartbeatState.Maintenance, HeartbeatState.Up];

    /// <summary>Finds the worst.</summary>
    /// <param name="states">The states.</param>
    /// <returns>The worst; unknown when there are none.</returns>
    public static HeartbeatState Of(IEnumerable<HeartbeatState> states) => states.DefaultIfEmpty(HeartbeatState.Unknown).MinBy(state => (int?)Array.IndexOf(First, state));
}
