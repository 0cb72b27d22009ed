using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>How often targets may be checked.</summary>
public static class HeartbeatIntervals
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // OpenSSH 9.8 and later refuse an address for a while from which connections come faster that do not log in
    // (sshd_config(5), PerSourcePenalties: a second for each, from fifteen on), also those that would. Units of droplets need
    // no such limit: that connection logs in, and is kept from beat to beat.
    private static readonly TimeSpan ShortestOfSsh = TimeSpan.FromSeconds(5);

    /// <summary>Refuses an interval that is too short or too long.</summary>
    /// <param name="interval">The time from beat to beat.</param>
    /// <exception cref="DevOpsException"><c>HeartbeatIntervalInvalid</c>.</exception>
    public static void Check(TimeSpan interval)
    {
        if (interval >= Shortest && interval <= Longest) return;
        throw new DevOpsException(
            "HeartbeatIntervalInvalid",
            FailureKind.InvalidInput,
            string.Create(CultureInfo.InvariantCulture, $"Targets cannot be checked every {interval.TotalSeconds:0.###} s."),
            "Give an interval from 250ms to 1 day.",
            interval);
    }

    /// <summary>The interval of one target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="interval">The interval of all.</param>
    /// <returns>That, or the shortest that its server allows.</returns>
    internal static TimeSpan Of(HeartbeatTarget target, TimeSpan interval) =>
        target.Uri.Scheme == HeartbeatTargetRules.Ssh && interval < ShortestOfSsh ? ShortestOfSsh : interval;
}
