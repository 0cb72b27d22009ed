using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Deployments.Worker;

/// <summary>
/// Tells a deployment's story while it happens, from its journal alone: whoever follows can go away at any time and come
/// back, and the deployment does not notice.
/// </summary>
/// <param name="store">The deployments.</param>
internal sealed class DeploymentFollower(DeploymentStore store)
{
    // The journal's changes raise events; this only bounds how late a lost event or a dead worker is noticed.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(500);

    /// <summary>Follows a deployment to its end.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="position">Where in the journal to begin.</param>
    /// <param name="progress">Hears the story.</param>
    /// <param name="ct">Ends the following, and nothing else.</param>
    /// <param name="isEnough">Which entry ends the following before the deployment's end; nothing for none.</param>
    /// <returns>The deployment, ended unless an entry was enough.</returns>
    public async Task<Deployment> FollowAsync(
        string id,
        long position,
        IProgress<OperationMessage> progress,
        CancellationToken ct,
        Func<JournalEntry, bool>? isEnough = null)
    {
        var path = store.JournalPath(id);
        using var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, JournalFile.Name);
        void Wake(object sender, FileSystemEventArgs change) => changed.Release();
        watcher.Changed += Wake;
        watcher.Created += Wake;
        TryStart(watcher, progress);
        var teller = new StoryTeller(progress);
        while (true)
        {
            // Asked before the journal is read: a worker writes its end before it lets go of its lock.
            var current = store.Get(id);
            var entries = JournalFile.ReadFrom(path, ref position);
            foreach (var entry in entries) teller.Tell(entry);
            if (isEnough is not null && entries.Any(isEnough))
            {
                teller.Close();
                return store.Get(id);
            }

            if (current.State is not (DeploymentState.Running or DeploymentState.Waiting))
            {
                teller.Close();
                return current;
            }

            await changed.WaitAsync(LongestSilence, ct);
        }
    }

    private static void TryStart(FileSystemWatcher watcher, IProgress<OperationMessage> progress)
    {
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch (IOException exception)
        {
            // A machine with many containers runs out of watches (128 for an account is usual). Looking twice a second does as well.
            progress.Report(new VerboseMessage($"The journal is looked at twice a second, for it cannot be watched: {exception.Message}"));
        }
    }
}
