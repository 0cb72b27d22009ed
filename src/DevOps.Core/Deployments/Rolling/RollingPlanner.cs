using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>How an instance stands before a step.</summary>
public enum InstanceStanding
{
    /// <summary>Serves by every rule of health.</summary>
    Healthy,

    /// <summary>Was reached and does not serve as it should.</summary>
    Unhealthy,

    /// <summary>Could not be reached. It counts as unavailable and cannot be updated.</summary>
    Unreachable,

    /// <summary>Has no release yet. It serves nobody, so it does not count.</summary>
    NotDeployed,
}

/// <summary>What the planner knows of an instance.</summary>
/// <param name="Instance">The droplet's name.</param>
/// <param name="Standing">How it stands.</param>
/// <param name="RunsTarget">Whether what it runs equals what is to be deployed.</param>
/// <param name="Cause">Why it is unhealthy or unreachable.</param>
public sealed record InstanceView(string Instance, InstanceStanding Standing, bool RunsTarget, string? Cause = null)
{
    /// <summary>What part it plays.</summary>
    public ApplicationRole Role { get; init; }
}

/// <summary>What is going to happen to the instances of an application.</summary>
/// <param name="First">Get their first release, at the same time.</param>
/// <param name="Updates">Are updated in this order: those that do not serve anyway come first, and canaries before others that stand alike.</param>
/// <param name="Unchanged">Run the same already and are left alone.</param>
/// <param name="Unreachable">Cannot be reached, so they stay behind.</param>
public sealed record RollingPlan(
    IReadOnlyList<string> First,
    IReadOnlyList<string> Updates,
    IReadOnlyList<string> Unchanged,
    IReadOnlyList<string> Unreachable)
{
    /// <summary>How many instances change.</summary>
    public int Changes => First.Count + Updates.Count;
}

/// <summary>What may be done next.</summary>
/// <param name="Instances">The instances to update now, at the same time; none when that would take too many away.</param>
/// <param name="Refusal">Why none may be updated now.</param>
public sealed record NextStep(IReadOnlyList<string> Instances, string? Refusal);

/// <summary>
/// Decides in which order instances are updated and how many may be away at a time. Knows no hosts, only how they stand.
/// </summary>
public static class RollingPlanner
{
    /// <summary>Makes the plan.</summary>
    /// <param name="views">All instances, in their usual order.</param>
    /// <param name="force">Whether instances that run the same already are restarted all the same.</param>
    /// <param name="role">Only instances that play this part; nothing for all of them.</param>
    /// <returns>The plan.</returns>
    public static RollingPlan Plan(IReadOnlyList<InstanceView> views, bool force, ApplicationRole? role = null)
    {
        InstanceView[] planned = [.. views.Where(view => role is null || view.Role == role).OrderByDescending(view => view.Role == ApplicationRole.Canary)];
        bool IsUnchanged(InstanceView view) => view is { Standing: InstanceStanding.Healthy, RunsTarget: true } && !force;
        string[] Names(Func<InstanceView, bool> which) => [.. planned.Where(which).Select(view => view.Instance)];
        return new RollingPlan(
            Names(view => view.Standing == InstanceStanding.NotDeployed),
            [.. Names(view => view.Standing == InstanceStanding.Unhealthy), .. Names(view => view.Standing == InstanceStanding.Healthy && !IsUnchanged(view))],
            Names(IsUnchanged),
            Names(view => view.Standing == InstanceStanding.Unreachable));
    }

    /// <summary>Decides what may be updated next, by how all instances stand at this moment.</summary>
    /// <param name="views">All instances as they stand now.</param>
    /// <param name="pending">Those that are still to be updated, in the plan's order.</param>
    /// <param name="maxUnavailable">How many may be unavailable at a time.</param>
    /// <returns>The step. Updating an instance that does not serve anyway takes nothing away and is always allowed.</returns>
    public static NextStep Next(IReadOnlyList<InstanceView> views, IReadOnlyList<string> pending, int maxUnavailable)
    {
        var viewOf = views.ToDictionary(view => view.Instance, StringComparer.Ordinal);
        var broken = pending.Where(instance => viewOf[instance].Standing == InstanceStanding.Unhealthy).ToArray();
        if (broken.Length > 0) return new NextStep([.. broken.Take(Math.Max(1, maxUnavailable))], null);

        var unavailable = views.Where(view => view.Standing is InstanceStanding.Unhealthy or InstanceStanding.Unreachable).ToArray();
        var room = maxUnavailable - unavailable.Length;
        var serving = pending.Where(instance => viewOf[instance].Standing != InstanceStanding.Unreachable).ToArray();
        // The others wait until the canaries serve: that is what canaries are for.
        if (serving.Where(instance => viewOf[instance].Role == ApplicationRole.Canary).ToArray() is { Length: > 0 } canaries) serving = canaries;
        if (room >= 1 && serving.Length > 0) return new NextStep([.. serving.Take(room)], null);

        var counted = views.Count(view => view.Standing != InstanceStanding.NotDeployed);
        var names = string.Join("; ", unavailable.Select(view => view.Cause is null ? view.Instance : $"{view.Instance}: {view.Cause}"));
        return new NextStep([], string.Create(
            CultureInfo.InvariantCulture,
            $"{unavailable.Length} of {counted} instances are unavailable ({names}), and with one more there would be more than the {maxUnavailable} that may be"));
    }
}
