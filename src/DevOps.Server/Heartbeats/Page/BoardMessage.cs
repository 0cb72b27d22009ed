using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Turns what the monitor knows into what browsers are told.</summary>
internal static class BoardMessage
{
    private const int MostPerCent = 100;

    /// <summary>A whole beat.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="beat">The beat.</param>
    /// <returns>The message.</returns>
    public static BeatMessage Whole(string key, Heartbeat beat) => new(
        key,
        beat.State,
        beat.At.ToUnixTimeMilliseconds(),
        BeatLine.Milliseconds(beat.Latency),
        beat.Since.ToUnixTimeMilliseconds(),
        beat.Cause,
        beat.Evidence,
        beat.Release,
        beat.Role);

    /// <summary>A beat of which only what is new is said.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="beat">The beat.</param>
    /// <param name="before">The one before it.</param>
    /// <returns>The message.</returns>
    public static BeatMessage Of(string key, Heartbeat beat, Heartbeat? before)
    {
        var isSame = before is not null && beat == before with { At = beat.At, Latency = beat.Latency };
        return isSame ? new BeatMessage(key, beat.State, beat.At.ToUnixTimeMilliseconds(), BeatLine.Milliseconds(beat.Latency), null, null, null, null, null) : Whole(key, beat);
    }

    /// <summary>A balancer.</summary>
    /// <param name="balancer">The balancer.</param>
    /// <returns>The message.</returns>
    public static BalancerMessage Of(CanaryBalancer balancer)
    {
        var weights = balancer.Backends.Where(backend => backend.State == BackendState.Up).Sum(backend => (double)backend.Weight);
        return new BalancerMessage(
            balancer.Name,
            balancer.State,
            balancer.Uri.ToString(),
            balancer.Split,
            balancer.Requests,
            balancer.Failures,
            balancer.InFlight,
            [.. balancer.Backends.Select(backend => Of(backend, weights))]);
    }

    /// <summary>A deployment.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <returns>The message.</returns>
    public static DeploymentMessage Of(Deployment deployment) => new(
        deployment.Id,
        deployment.Kind,
        deployment.Environment,
        deployment.Commit,
        deployment.State,
        deployment.Cause,
        deployment.StartedBy,
        deployment.StartedAt.ToUnixTimeMilliseconds(),
        deployment.EndedAt?.ToUnixTimeMilliseconds(),
        deployment.Events.Count,
        deployment.Events is [.., var last] ? new StepMessage(last.At.ToUnixTimeMilliseconds(), last.Application, last.Instance, last.Message) : null);

    private static BackendMessage Of(BalancerBackend backend, double weights) => new(
        backend.Name,
        backend.Uri.ToString(),
        backend.Role,
        backend.Weight,
        backend.State == BackendState.Up && weights > 0 ? Math.Round(backend.Weight * MostPerCent / weights, 1) : 0,
        backend.State,
        backend.Cause,
        backend.Requests,
        backend.Errors,
        backend.InFlight,
        BeatLine.Milliseconds(backend.LatencyP95));
}
