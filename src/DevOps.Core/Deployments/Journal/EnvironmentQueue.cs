using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>
/// Lets one deployment at a time work in an environment. Those that wait stand in a queue; a waiting deployment of a
/// commit gives way to a newer one of the same environment, for nobody wants the older commit any more. That holds among
/// those that are about the same instances: a commit for the canaries and one for all instances are different wishes, so
/// both are carried out, in the order in which they came.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="store">The deployments.</param>
internal sealed class EnvironmentQueue(StateFolder state, DeploymentStore store)
{
    private const string FolderName = "environments";
    private const string LockName = "lock";
    private const string HolderName = "holder";
    private const string NewestName = "newest";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a deployment or a restart is at work in an environment.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="environment">The environment's name.</param>
    /// <returns>Whether one is.</returns>
    public static bool IsBusy(StateFolder state, string environment) => StateLock.IsHeld(state, FolderName, environment, LockName);

    /// <summary>Waits for its turn.</summary>
    /// <param name="request">The deployment.</param>
    /// <param name="isAgain">Whether it had its turn before and is taken up again, which somebody decided who knows what came since.</param>
    /// <param name="onWaiting">Told once, when it has to wait, for which deployment it waits.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The turn, held until it is disposed; or the newer deployment that supersedes this one.</returns>
    public async Task<QueueResult> EnterAsync(DeploymentRequest request, bool isAgain, Action<string?> onWaiting, CancellationToken ct)
    {
        var environment = request.Environment.Name;
        var ticket = state.PathOf(FolderName, environment, "queue", request.Id);
        state.Write(ticket, System.Text.Encoding.ASCII.GetBytes(WishOf(request)));
        try
        {
            var hasSaidSo = false;
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                var others = Waiting(environment).Where(id => id != request.Id).ToArray();
                if (!isAgain && Superseding(request, others) is { } newer) return new QueueResult(null, newer);
                // First come, first served: whoever is older and still alive goes first.
                var isFirst = !others.Any(id => string.CompareOrdinal(id, request.Id) < 0);
                if (isFirst && StateLock.TryAcquire(state, FolderName, environment, LockName) is { } held)
                {
                    // A newer one may have had its whole turn since the look, when this one's worker came up late.
                    if (!isAgain && Superseding(request, []) is { } finished)
                    {
                        await held.DisposeAsync();
                        return new QueueResult(null, finished);
                    }

                    NoteNewest(request);
                    state.Write(state.PathOf(FolderName, environment, HolderName), System.Text.Encoding.ASCII.GetBytes(request.Id));
                    return new QueueResult(held, null);
                }

                if (!hasSaidSo) onWaiting(Holder(environment) ?? others.FirstOrDefault());
                hasSaidSo = true;
                // The system tells nobody that a file lock has become free.
                await Task.Delay(Pause, store.Time, ct);
            }
        }
        finally
        {
            File.Delete(ticket);
        }
    }

    /// <summary>Takes the environment for something short, or says who has it.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <returns>The turn.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentBusy</c>.</exception>
    public StateLock Take(string environment)
    {
        if (StateLock.TryAcquire(state, FolderName, environment, LockName) is { } held)
        {
            File.Delete(state.PathOf(FolderName, environment, HolderName));
            return held;
        }

        var holder = Holder(environment);
        throw new DevOpsException(
            "EnvironmentBusy",
            FailureKind.Conflict,
            holder is null ? $"Another command works on the environment '{environment}'." : $"The deployment {holder} is at work in the environment '{environment}'.",
            holder is null ? "Try again when it has ended." : $"Get-Deployment {holder} shows how far it is; Stop-Deployment {holder} stops it.",
            environment);
    }

    private string? Holder(string environment)
    {
        if (!StateLock.IsHeld(state, FolderName, environment, LockName)) return null;
        try
        {
            return File.ReadAllText(state.PathOf(FolderName, environment, HolderName));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // A newer one that waits, or one that had its turn already because its worker came up sooner.
    private string? Superseding(DeploymentRequest request, IEnumerable<string> others)
    {
        if (request.Kind != DeploymentKind.Deployment) return null;
        return others.Where(id => IsSameWish(request, id)).Append(Newest(request))
            .Where(id => string.CompareOrdinal(id, request.Id) > 0)
            .Max(StringComparer.Ordinal);
    }

    private void NoteNewest(DeploymentRequest request)
    {
        if (request.Kind != DeploymentKind.Deployment || string.CompareOrdinal(request.Id, Newest(request)) <= 0) return;
        state.Write(NewestFile(request), System.Text.Encoding.ASCII.GetBytes(request.Id));
    }

    private string? Newest(DeploymentRequest request)
    {
        var file = NewestFile(request);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private string NewestFile(DeploymentRequest request) =>
        state.PathOf(FolderName, request.Environment.Name, request.Role is null ? NewestName : $"{NewestName}-{request.Role.ToString()!.ToLowerInvariant()}");

    // Kind and instances: what two deployments must have in common for the newer to make the older one pointless.
    private static string WishOf(DeploymentRequest request) => request.Role is null ? $"{request.Kind}" : $"{request.Kind} {request.Role}";

    private bool IsSameWish(DeploymentRequest request, string id)
    {
        try
        {
            return File.ReadAllText(state.PathOf(FolderName, request.Environment.Name, "queue", id)) == WishOf(request);
        }
        catch (FileNotFoundException)
        {
            // It left the queue this moment.
            return false;
        }
    }

    // A ticket whose worker is dead is nobody's.
    private IEnumerable<string> Waiting(string environment)
    {
        var folder = state.PathOf(FolderName, environment, "queue");
        return Directory.EnumerateFiles(folder)
            .Select(path => Path.GetFileName(path))
            .Where(id => !id.EndsWith(".new", StringComparison.Ordinal) && store.HasWorker(id))
            .Order(StringComparer.Ordinal);
    }
}

/// <summary>How waiting in the queue ended.</summary>
/// <param name="Turn">The turn, when it came.</param>
/// <param name="SupersededBy">The newer deployment, when one came instead.</param>
internal sealed record QueueResult(StateLock? Turn, string? SupersededBy);
