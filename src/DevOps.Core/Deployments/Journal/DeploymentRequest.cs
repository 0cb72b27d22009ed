using System.Text.Json.Serialization;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>
/// All that a worker needs to carry a deployment out, written down before it starts. It refers to secrets and never
/// holds one.
/// </summary>
public sealed record DeploymentRequest
{
    /// <summary>The deployment's id, which sorts by time.</summary>
    public required string Id { get; init; }

    /// <summary>What is asked for.</summary>
    public required DeploymentKind Kind { get; init; }

    /// <summary>The environment as its file said when the deployment was asked for.</summary>
    public required EnvironmentDefinition Environment { get; init; }

    /// <summary>The saved connection that leads to the fleets, or nothing for the usual rules.</summary>
    public string? Connection { get; init; }

    /// <summary>The git repository's folder, for a deployment of a commit.</summary>
    public string? Repository { get; init; }

    /// <summary>The commit, for a deployment of one.</summary>
    public string? Commit { get; init; }

    /// <summary>The application, for a rolling update.</summary>
    public string? Application { get; init; }

    /// <summary>The release's id, for a rolling update.</summary>
    public string? Release { get; init; }

    /// <summary>The fleet, for a rolling update.</summary>
    public string? Fleet { get; init; }

    /// <summary>The deployment that is undone, for an undo.</summary>
    public string? Undoes { get; init; }

    /// <summary>Only instances that play this part; nothing for all of them.</summary>
    public ApplicationRole? Role { get; init; }

    /// <summary>How it goes about its work, for a canary release.</summary>
    public CanaryPlan? Canary { get; init; }

    /// <summary>How many instances of an application may be unavailable at a time.</summary>
    public int MaxUnavailable { get; init; } = 1;

    /// <summary>What happens to updated hosts on failure.</summary>
    public FailurePolicy OnFailure { get; init; }

    /// <summary>Whether instances that run the same already are restarted all the same.</summary>
    public bool Force { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The fleet that carries an application.</summary>
    /// <param name="application">The application's name.</param>
    /// <returns>The fleet's name.</returns>
    public string FleetOf(string application) => Fleet ?? Environment.Applications.First(definition => definition.Name == application).Fleet;

    /// <summary>The balancer in front of an application: the environment as it is now counts, not as it was when the release was built.</summary>
    /// <param name="application">The application's name.</param>
    /// <returns>The balancer's name; nothing when there is none.</returns>
    public string? BalancerOf(string application) => Canary?.Balancer ?? Environment.Applications.FirstOrDefault(definition => definition.Name == application)?.Balancer;
}

/// <summary>How requests and journal entries are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeploymentRequest))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(EnvironmentDefinition))]
internal sealed partial class JournalJson : JsonSerializerContext;
