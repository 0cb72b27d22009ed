using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>An instance that a deployment touched and that is not back at what it served before.</summary>
/// <param name="Application">The application.</param>
/// <param name="Instance">The droplet's name.</param>
/// <param name="Before">What it served before the deployment.</param>
/// <param name="Folder">The folder that it was switched to.</param>
/// <param name="Release">The release that it was switched to.</param>
/// <param name="IsServing">Whether it was seen to serve that release.</param>
public sealed record TouchedInstance(string Application, string Instance, InstanceBefore Before, string Folder, string Release, bool IsServing);

/// <summary>What a journal amounts to. Everything that is known of a deployment follows from its lines, at whichever it breaks off.</summary>
public sealed class JournalState
{
    private readonly List<TouchedInstance> _touched = [];

    private JournalState()
    {
    }

    /// <summary>How the deployment ended; nothing while no end is written, or when it was taken up again since.</summary>
    public DeploymentState? Ended { get; private set; }

    /// <summary>Why it ended so.</summary>
    public string? Cause { get; private set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Whether a worker ever set to work on it.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Whether it said that it waits, and has not set to work since.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Why what was touched goes back, once that was decided; nothing before.</summary>
    public string? GoingBackCause { get; private set; }

    /// <summary>How the deployment will end once all went back.</summary>
    public DeploymentState? GoingBackTo { get; private set; }

    /// <summary>The instances that are not what they were before, in the order in which they were touched.</summary>
    public IReadOnlyList<TouchedInstance> Touched => _touched;

    /// <summary>Works out the state.</summary>
    /// <param name="entries">The journal.</param>
    /// <returns>The state.</returns>
    public static JournalState Of(IEnumerable<JournalEntry> entries)
    {
        var state = new JournalState();
        foreach (var entry in entries) state.Take(entry);
        return state;
    }

    private void Take(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Waiting:
                IsWaiting = true;
                break;
            case JournalEntryKind.Started:
                IsStarted = true;
                IsWaiting = false;
                (Ended, Cause, EndedAt) = (null, null, null);
                break;
            case JournalEntryKind.Ended:
                IsWaiting = false;
                (Ended, Cause, EndedAt) = (entry.State, entry.Text, entry.At);
                (GoingBackCause, GoingBackTo) = (null, null);
                break;
            case JournalEntryKind.GoingBack:
                (GoingBackCause, GoingBackTo) = (entry.Text, entry.State);
                break;
            case JournalEntryKind.Switching:
                Switch(entry);
                break;
            case JournalEntryKind.Serving when IndexOf(entry) is var index and >= 0:
                _touched[index] = _touched[index] with { IsServing = true };
                break;
            case JournalEntryKind.Restored when IndexOf(entry) is var index and >= 0:
                _touched.RemoveAt(index);
                break;
        }
    }

    private void Switch(JournalEntry entry)
    {
        var index = IndexOf(entry);
        // Taken up again after a break, the first look still is the one from before the deployment.
        var before = index >= 0 ? _touched[index].Before : entry.Before!;
        var touched = new TouchedInstance(entry.Application!, entry.Instance!, before, entry.Folder!, entry.Release!, IsServing: false);
        if (index >= 0) _touched[index] = touched;
        else _touched.Add(touched);
    }

    private int IndexOf(JournalEntry entry) =>
        _touched.FindIndex(touched => touched.Application == entry.Application && touched.Instance == entry.Instance);
}
