using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;

namespace DevOps.Core.Deployments.Worker;

/// <summary>Turns journal entries into what a person reads: a line for each thing that happened, and a progress line for each instance at work.</summary>
/// <param name="progress">Hears it.</param>
internal sealed class StoryTeller(IProgress<OperationMessage> progress)
{
    private const string Activity = "Deploying";
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Tells an entry.</summary>
    /// <param name="entry">The entry.</param>
    public void Tell(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Output:
                // A build says itself which application it is about.
                progress.Report(new InformationMessage("  " + entry.Text));
                break;
            case JournalEntryKind.Publishing or JournalEntryKind.Published or JournalEntryKind.Switching or JournalEntryKind.Restoring or JournalEntryKind.Building
                or JournalEntryKind.Splitting or JournalEntryKind.SplitRestoring:
                Show(entry);
                break;
            case JournalEntryKind.Failing:
                // Its reason comes with the decision to go back, or with the end.
                Hide(entry);
                break;
            case JournalEntryKind.Ended:
                Close();
                // Its text is the deployment's cause or result, which whoever follows says in his own way.
                break;
            default:
                Hide(entry);
                progress.Report(new InformationMessage(Indent(entry)));
                break;
        }
    }

    /// <summary>Takes away the progress lines that are still there.</summary>
    public void Close()
    {
        foreach (var item in _open) progress.Report(new ProgressMessage(Activity, item, "done", IsCompleted: true));
        _open.Clear();
    }

    private static string Indent(JournalEntry entry) => entry.Instance is null ? entry.Text : "  " + entry.Text;

    private static string ItemOf(JournalEntry entry) => entry.Instance is null ? entry.Application ?? string.Empty : $"{entry.Application}/{entry.Instance}";

    private void Show(JournalEntry entry)
    {
        var item = ItemOf(entry);
        _open.Add(item);
        progress.Report(new ProgressMessage(Activity, item, entry.Text, entry.Percent));
    }

    private void Hide(JournalEntry entry)
    {
        var item = ItemOf(entry);
        if (_open.Remove(item)) progress.Report(new ProgressMessage(Activity, item, entry.Text, IsCompleted: true));
    }
}
