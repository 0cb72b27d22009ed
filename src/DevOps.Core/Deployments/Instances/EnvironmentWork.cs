using System.Text;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Core.Deployments.Instances;

/// <summary>
/// Tells which instances of an environment a deployment or a restart is at work on at this moment. It follows the journal of
/// the deployment that has its turn, so that nobody has to announce anything, and a worker that was killed hides nothing.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="environment">The environment's name.</param>
/// <param name="time">The clock.</param>
internal sealed class EnvironmentWork(StateFolder state, string environment, TimeProvider time)
{
    private const string FolderName = "environments";
    private const string RestartName = "restart";

    // A deployment may hang for hours, but no instance is away for it that long.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(15);

    private readonly DeploymentStore _store = new(state, time);
    private readonly Dictionary<(string Application, string Instance), InstanceAtWork> _switched = [];
    private string? _deployment;
    private long _position;

    /// <summary>Looks.</summary>
    /// <returns>The instances that are at work on.</returns>
    public IReadOnlyList<InstanceAtWork> Read()
    {
        Follow();
        var now = time.GetUtcNow();
        // Asked only when it matters: whoever looks at a lock holds it for a moment.
        if (_switched.Count > 0 && !_store.HasWorker(_deployment!)) _switched.Clear();
        return [.. _switched.Values.Append(Restart()).OfType<InstanceAtWork>().Where(work => now - work.Since < LongestAbsence)];
    }

    /// <summary>Announces that an instance is started, stopped or restarted, for as long as the environment's turn is held.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="application">The application.</param>
    /// <param name="instance">The droplet's name.</param>
    /// <param name="cause">What is done to it, in words.</param>
    /// <returns>Takes the announcement back when it is disposed.</returns>
    public static IDisposable Announce(StateFolder state, string environment, string application, string instance, string cause)
    {
        var file = state.PathOf(FolderName, environment, RestartName);
        state.Write(file, Encoding.UTF8.GetBytes($"{application}\n{instance}\n{cause}"));
        return new Announcement(file);
    }

    private void Follow()
    {
        var holder = ReadText("holder");
        if (holder != _deployment)
        {
            (_deployment, _position) = (holder, 0);
            _switched.Clear();
        }

        if (holder is null) return;
        foreach (var entry in JournalFile.ReadFrom(_store.JournalPath(holder), ref _position)) Take(entry);
    }

    private void Take(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Switching or JournalEntryKind.Restoring:
                _switched[(entry.Application!, entry.Instance!)] = new InstanceAtWork(entry.Application!, entry.Instance!, entry.At, $"{entry.Text} (deployment {_deployment})");
                break;
            case JournalEntryKind.Serving or JournalEntryKind.Restored or JournalEntryKind.NotRestored:
                _switched.Remove((entry.Application!, entry.Instance!));
                break;
            case JournalEntryKind.Started or JournalEntryKind.Ended:
                _switched.Clear();
                break;
            default:
                break;
        }
    }

    private InstanceAtWork? Restart()
    {
        if (ReadText(RestartName)?.Split('\n') is not [var application, var instance, var cause]) return null;
        // What a process that was killed announced does not hold any more.
        if (!EnvironmentQueue.IsBusy(state, environment)) return null;
        return new InstanceAtWork(application, instance, new DateTimeOffset(File.GetLastWriteTimeUtc(state.PathOf(FolderName, environment, RestartName))), cause);
    }

    private string? ReadText(string name)
    {
        try
        {
            return File.ReadAllText(state.PathOf(FolderName, environment, name));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>An announcement that goes with the work.</summary>
    private sealed class Announcement(string file) : IDisposable
    {
        public void Dispose() => File.Delete(file);
    }
}
