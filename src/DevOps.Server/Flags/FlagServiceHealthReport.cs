using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Service;
using DevOps.Model;

namespace DevOps.Server.Flags;

/// <summary>Says how the service is.</summary>
internal static class FlagServiceHealthReport
{
    // The server is asked each second; what is older by more than a few of them has not been confirmed for a reason.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Says it.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="status">How its client is.</param>
    /// <param name="startedAt">When the process began.</param>
    /// <param name="now">The time.</param>
    /// <returns>How it is.</returns>
    public static FlagServiceHealth Of(FlagServiceSettings settings, FlagClientStatus status, DateTimeOffset startedAt, DateTimeOffset now)
    {
        // A clock that was set back would make what is known come from the future.
        var age = status.ConfirmedAt is { } confirmed ? TimeSpan.FromTicks(Math.Max(0, (now - confirmed).Ticks)) : (TimeSpan?)null;
        var state = status.Source == FlagSource.None ? FeatureFlagServiceState.Empty
            : status.IsCurrent && age < Fresh ? FeatureFlagServiceState.Running
            : FeatureFlagServiceState.Stale;
        return new FlagServiceHealth(
            settings.Server,
            settings.Node,
            state,
            status.Version,
            status.Count,
            status.ConfirmedAt,
            age is { } known ? Math.Round(known.TotalSeconds, 3) : null,
            startedAt,
            status.Problem ?? (state == FeatureFlagServiceState.Stale ? "the server has not said for a while that its flags are the newest" : null));
    }
}
