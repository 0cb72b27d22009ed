using DevOps.Core.Canaries.Releases;
using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>What a line of a journal says. The first of each pair is written before the step, the second after it.</summary>
public enum JournalEntryKind
{
    /// <summary>It waits for another deployment in the same environment.</summary>
    Waiting,

    /// <summary>A worker set to work on it, at first or again.</summary>
    Started,

    /// <summary>An application's release is about to be built.</summary>
    Building,

    /// <summary>An application's release is there.</summary>
    Built,

    /// <summary>It was decided what happens to an application's instances.</summary>
    Planned,

    /// <summary>A release is about to be sent to a host.</summary>
    Publishing,

    /// <summary>A release is sealed on a host.</summary>
    Published,

    /// <summary>An instance is about to be switched. From here on it counts as touched: it may serve the old or the new.</summary>
    Switching,

    /// <summary>An instance serves the new release by every rule of the health gate.</summary>
    Serving,

    /// <summary>An instance runs the same already and is left alone.</summary>
    Unchanged,

    /// <summary>An instance did not become healthy.</summary>
    Failing,

    /// <summary>The deployment failed or was stopped, and what it touched is about to go back. Taken up again, it goes on going back.</summary>
    GoingBack,

    /// <summary>An instance is about to go back to what it served before.</summary>
    Restoring,

    /// <summary>An instance serves again what it served before.</summary>
    Restored,

    /// <summary>An instance could not be brought back.</summary>
    NotRestored,

    /// <summary>A balancer is about to be told to divide requests in another way, with how it was before.</summary>
    Splitting,

    /// <summary>A balancer divides requests in another way.</summary>
    Split,

    /// <summary>A step of a canary release begins to count requests.</summary>
    Judging,

    /// <summary>Canaries were judged, at the end of a step or before it.</summary>
    Judged,

    /// <summary>A canary release waits for somebody's decision.</summary>
    Suspended,

    /// <summary>A canary release goes on after a suspension.</summary>
    Resumed,

    /// <summary>It was decided that a canary release goes to all instances.</summary>
    Completing,

    /// <summary>A balancer is about to be told what it was told before the release.</summary>
    SplitRestoring,

    /// <summary>A balancer divides requests as it did before the release.</summary>
    SplitRestored,

    /// <summary>Anything else that belongs to the story, such as an instance that is left alone.</summary>
    Told,

    /// <summary>A line of a build's output.</summary>
    Output,

    /// <summary>It is over, with a state.</summary>
    Ended,
}

/// <summary>What an instance served before a deployment touched it.</summary>
/// <param name="Folder">The release's folder, or nothing when none had been deployed.</param>
/// <param name="Release">That release's id.</param>
/// <param name="WasRunning">Whether the unit ran.</param>
/// <param name="WasHealthy">Whether it was healthy.</param>
public sealed record InstanceBefore(string? Folder, string? Release, bool WasRunning, bool WasHealthy);

/// <summary>One line of a deployment's journal.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Text">The same in words, for people.</param>
public sealed record JournalEntry(DateTimeOffset At, JournalEntryKind Kind, string Text)
{
    /// <summary>The application that it is about.</summary>
    public string? Application { get; init; }

    /// <summary>The droplet that it is about.</summary>
    public string? Instance { get; init; }

    /// <summary>The release that it is about.</summary>
    public string? Release { get; init; }

    /// <summary>The release's folder on the host.</summary>
    public string? Folder { get; init; }

    /// <summary>What the instance served before.</summary>
    public InstanceBefore? Before { get; init; }

    /// <summary>How it ended, in the last entry.</summary>
    public DeploymentState? State { get; init; }

    /// <summary>What it says about a canary release.</summary>
    public CanaryNote? Canary { get; init; }

    /// <summary>How far the application is, from 0 to 100, when it can be said.</summary>
    public int? Percent { get; init; }
}
