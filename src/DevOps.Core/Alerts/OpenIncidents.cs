using System.IO.Enumeration;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// Which destinations an alert is for. A destination that was sent an incident's alert is marked until it is sent the
/// recovery, whichever process raises that.
/// </summary>
/// <param name="state">The installation's state folder.</param>
internal sealed class OpenIncidents(StateFolder state)
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(30);
    // Long enough that one which was added a moment ago is not taken for gone.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Whether an alert is for a destination.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="alert">The alert.</param>
    /// <returns>Whether it is.</returns>
    public bool IsFor(SavedAlertDestination destination, Alert alert) => alert.Severity == AlertSeverity.Recovery
        ? File.Exists(MarkOf(destination.Name, alert))
        : alert.Severity >= destination.MinimumSeverity && FileSystemName.MatchesSimpleExpression(destination.Source, alert.Source, ignoreCase: true);

    /// <summary>Notes that a destination is about to be sent an alert, before it is: its recovery is then sent in any case.</summary>
    /// <param name="destination">The destination's name.</param>
    /// <param name="alert">The alert; a recovery is noted once it is spooled.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public void Note(string destination, Alert alert)
    {
        var mark = MarkOf(destination, alert);
        // A reminder makes the mark young again.
        if (alert.Severity != AlertSeverity.Recovery) state.Append(mark, "."u8);
        else if (File.Exists(mark)) File.Delete(mark);
    }

    /// <summary>Forgets incidents of which nothing was heard for a month, and those of destinations that are gone.</summary>
    /// <param name="destinations">The names of the destinations that there are.</param>
    /// <param name="now">The time.</param>
    public void Tidy(IReadOnlyCollection<string> destinations, DateTimeOffset now)
    {
        var folder = state.PathOf(AlertFiles.Folder, AlertFiles.Incidents);
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateDirectories(folder))
        {
            var limit = destinations.Contains(Path.GetFileName(path), StringComparer.Ordinal) ? Forgotten : Abandoned;
            foreach (var mark in Directory.EnumerateFiles(path))
            {
                if (now.UtcDateTime - File.GetLastWriteTimeUtc(mark) > limit) File.Delete(mark);
            }
        }
    }

    /// <summary>Forgets a destination's incidents.</summary>
    /// <param name="destination">The destination's name.</param>
    public void Clear(string destination)
    {
        var folder = state.PathOf(AlertFiles.Folder, AlertFiles.Incidents, destination);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private string MarkOf(string destination, Alert alert) =>
        state.PathOf(AlertFiles.Folder, AlertFiles.Incidents, destination, SpoolName.Hash(alert.Incident));
}
