using System.Collections.Concurrent;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>Removes droplets that this module made, by their listed numbers, with all that was kept about them.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="session">The account.</param>
/// <param name="timing">How it waits, or nothing for the usual.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class DropletRemoval(StateFolder state, CloudSession session, FleetTiming? timing = null, TimeProvider? time = null)
{
    private const int InFlight = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private readonly FleetTiming _timing = timing ?? new FleetTiming();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Refuses a droplet that may not be removed.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="force">Whether protection is to be overridden. What this module did not make is never removed.</param>
    /// <exception cref="DevOpsException"><c>DropletNotManaged</c>, <c>DropletProtected</c>.</exception>
    public static void Check(Droplet droplet, bool force)
    {
        if (!droplet.IsManaged)
        {
            throw new DevOpsException(
                "DropletNotManaged",
                FailureKind.PermissionDenied,
                $"Droplet '{droplet.Name}' was not made by this module, so it is not removed by it.",
                $"Remove it where it was made, or give it the tag {DropletTags.ManagedBy} there first.",
                droplet);
        }

        if (droplet.IsProtected && !force)
        {
            throw new DevOpsException(
                "DropletProtected",
                FailureKind.PermissionDenied,
                $"Droplet '{droplet.Name}' is protected.",
                droplet.Fleet is null ? "Use -Force to remove it nevertheless." : $"Set-DropletFleet {droplet.Fleet} -Protected:$false ends the protection; -Force overrides it once.",
                droplet);
        }
    }

    /// <summary>Removes droplets and waits until the API lists them no more.</summary>
    /// <param name="droplets">Droplets that passed <see cref="Check"/>.</param>
    /// <param name="progress">Told the progress, and one failure for each droplet that could not be removed.</param>
    /// <param name="ct">Ends it; what was asked to be removed will be.</param>
    /// <returns>The droplets that are gone.</returns>
    public async Task<IReadOnlyList<Droplet>> RemoveAsync(IReadOnlyList<Droplet> droplets, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (droplets.Count == 0) return [];
        var journal = new CreationJournal(state, session.Client.Address, await session.Client.GetAccountAsync(ct));
        var accepted = new ConcurrentBag<Droplet>();
        await Parallel.ForEachAsync(droplets, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = ct }, async (droplet, stop) =>
        {
            progress.Report(new ProgressMessage("Removing droplets", droplet.Name, "removing", 20));
            try
            {
                await session.Client.DeleteDropletAsync(droplet, stop);
                accepted.Add(droplet);
                if (droplet.Fleet is { } fleet) journal.Remove(fleet, droplet.Name);
            }
            catch (DevOpsException failure)
            {
                progress.Report(new ProgressMessage("Removing droplets", droplet.Name, "failed", 100, IsCompleted: true));
                progress.Report(new FailureMessage(failure));
            }
        });
        Droplet[] removed = [.. accepted];
        await WaitUntilGoneAsync(removed, progress, ct);
        await RemoveTagsAsync(removed, progress, ct);
        foreach (var droplet in removed) progress.Report(new ProgressMessage("Removing droplets", droplet.Name, "removed", 100, IsCompleted: true));
        return removed;
    }

    private async Task WaitUntilGoneAsync(Droplet[] removed, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var ids = removed.Select(droplet => droplet.Id).ToHashSet();
        var started = _time.GetTimestamp();
        while (true)
        {
            var still = (await session.Client.ListDropletsAsync(DropletTags.ManagedBy, ct)).Where(droplet => ids.Contains(droplet.Id)).ToArray();
            if (still.Length == 0) return;
            if (_time.GetElapsedTime(started) >= LongestWait)
            {
                progress.Report(new WarningMessage($"The API accepted the removal of {string.Join(", ", still.Select(droplet => droplet.Name))} but still lists them. See later with Get-Droplet that they are gone."));
                return;
            }

            await Task.Delay(_timing.PollInterval, _time, ct);
        }
    }

    // Tags stay in an account when nothing has them any more; those that were made for these droplets go with the last of them.
    private async Task RemoveTagsAsync(Droplet[] removed, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (removed.Length == 0) return;
        var used = (await session.Client.ListDropletsAsync(tag: null, ct)).SelectMany(droplet => droplet.Tags).ToHashSet(StringComparer.Ordinal);
        foreach (var tag in removed.SelectMany(droplet => droplet.Tags).Distinct(StringComparer.Ordinal).Where(IsOurs))
        {
            if (used.Contains(tag)) continue;
            try
            {
                await session.Client.DeleteTagAsync(tag, ct);
            }
            catch (DevOpsException failure)
            {
                // A tag costs nothing and hinders nobody: the removal itself has succeeded.
                progress.Report(new WarningMessage($"The droplets are gone, but the tag '{tag}' is left: {failure.Message}"));
                return;
            }
        }
    }

    private static bool IsOurs(string tag) =>
        tag.StartsWith(DropletTags.FleetPrefix, StringComparison.Ordinal)
        || tag.StartsWith(DropletTags.RunPrefix, StringComparison.Ordinal)
        || tag.StartsWith(DropletTags.HostKeyPrefix, StringComparison.Ordinal);
}
