namespace DevOps.Model;

/// <summary>How far a deployment is.</summary>
public enum DeploymentState
{
    /// <summary>Waits for the deployment before it in the same environment.</summary>
    Waiting,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Every application serves what was asked for.</summary>
    Succeeded,

    /// <summary>Failed; what had been updated went back to what it served before, or stayed if that was asked for.</summary>
    Failed,

    /// <summary>Stopped by somebody.</summary>
    Stopped,

    /// <summary>Never began, because a newer one came while it waited.</summary>
    Superseded,

    /// <summary>Its worker died. It can be resumed or undone.</summary>
    Interrupted,
}

/// <summary>What a deployment was asked to do.</summary>
public enum DeploymentKind
{
    /// <summary>Bring every application of an environment to a commit.</summary>
    Deployment,

    /// <summary>Bring one application's fleet to a release.</summary>
    RollingUpdate,

    /// <summary>Bring one application to a release by way of its canaries, which are judged by what becomes of the requests to them.</summary>
    CanaryRelease,

    /// <summary>Bring every application back to what it served before a deployment.</summary>
    Undo,
}

/// <summary>One journaled run.</summary>
/// <param name="Id">Its name, which sorts by time.</param>
/// <param name="Kind">What it was asked to do.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Commit">The commit that it deploys, or nothing for an undo.</param>
/// <param name="State">How far it is.</param>
/// <param name="Cause">Why it failed, was stopped or was superseded.</param>
/// <param name="StartedBy">Who asked for it.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Events">Its story.</param>
/// <param name="Role">Only instances that play this part are meant; nothing when all are.</param>
public sealed record Deployment(
    string Id,
    DeploymentKind Kind,
    string Environment,
    string? Commit,
    DeploymentState State,
    string? Cause,
    string StartedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<DeploymentEvent> Events,
    ApplicationRole? Role = null);

/// <summary>One line of a deployment's story.</summary>
/// <param name="At">When.</param>
/// <param name="Application">The application it is about, if one.</param>
/// <param name="Instance">The droplet it is about, if one.</param>
/// <param name="Message">What happened, in words.</param>
public sealed record DeploymentEvent(DateTimeOffset At, string? Application, string? Instance, string Message);
