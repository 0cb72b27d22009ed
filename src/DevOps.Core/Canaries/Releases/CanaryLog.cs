using DevOps.Core.Deployments.Journal;

namespace DevOps.Core.Canaries.Releases;

/// <summary>Writes what happens in a canary release into a journal: its own, or that of the deployment that undoes it.</summary>
/// <param name="journal">The journal.</param>
/// <param name="release">The canary release.</param>
internal sealed class CanaryLog(DeploymentJournal journal, DeploymentRequest release)
{
    /// <summary>What the journal amounts to so far.</summary>
    public CanaryStory Story => CanaryStory.Of(journal.Entries);

    /// <summary>Adds an entry and waits until it is on the disk.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="text">The same in words.</param>
    /// <param name="note">What else it says.</param>
    public void Write(JournalEntryKind kind, string text, CanaryNote? note = null) =>
        journal.Write(kind, text, entry => entry with { Application = release.Application, Release = release.Release, Canary = note });
}
