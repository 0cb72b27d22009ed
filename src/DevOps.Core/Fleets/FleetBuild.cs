using System.Globalization;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>One run over a fleet: every missing droplet is made and every unfinished one finished, side by side.</summary>
/// <param name="plan">What to do.</param>
/// <param name="records">Records of interrupted runs, by droplet name.</param>
/// <param name="creator">Makes droplets.</param>
/// <param name="finisher">Finishes them.</param>
/// <param name="watch">Looks at the fleet's droplets.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told what happens.</param>
internal sealed class FleetBuild(
    FleetPlan plan,
    IReadOnlyDictionary<string, CreationRecord> records,
    DropletCreator creator,
    DropletFinisher finisher,
    FleetWatch watch,
    TimeProvider time,
    IProgress<OperationMessage> progress)
{
    private const int CreatesInFlight = 10;
    private const int FinishesInFlight = 20;

    private readonly FleetRequest _request = plan.Request;
    private readonly string _run = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly bool _isProtected = plan.Request.IsProtected || plan.Existing.Any(droplet => droplet.IsProtected);

    /// <summary>Does it.</summary>
    /// <param name="keyFingerprint">The key that may enter new droplets.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Every droplet that it made or finished, also those that failed on the way.</returns>
    public async Task<IReadOnlyList<Droplet>> RunAsync(string keyFingerprint, CancellationToken ct)
    {
        using var creating = new SemaphoreSlim(CreatesInFlight);
        using var finishing = new SemaphoreSlim(FinishesInFlight);
        var work = new List<Task<Droplet?>>();
        foreach (var name in plan.Create)
        {
            work.Add(GuardAsync(new DropletStory(_request.Name, name, progress), async (story, limited) =>
            {
                story.Report("waiting for its turn", 1);
                var (droplet, record) = await InTurnAsync(
                    creating,
                    () =>
                    {
                        story.Report("creating", 5);
                        return creator.CreateAsync(_request, name, _run, keyFingerprint, _isProtected, records.GetValueOrDefault(name), limited);
                    },
                    limited);
                story.Droplet = droplet;
                await FinishAsync(story, record, finishing, limited);
            }, ct));
        }

        foreach (var unfinished in plan.Finish)
        {
            var story = new DropletStory(_request.Name, unfinished.Name, progress) { Droplet = unfinished };
            work.Add(GuardAsync(story, (_, limited) => FinishAsync(story, RecordOf(unfinished), finishing, limited), ct));
        }

        var droplets = await Task.WhenAll(work);
        return [.. droplets.OfType<Droplet>()];
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turns, Func<Task<T>> work, CancellationToken ct)
    {
        await turns.WaitAsync(ct);
        try
        {
            return await work();
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task FinishAsync(DropletStory story, CreationRecord record, SemaphoreSlim finishing, CancellationToken ct)
    {
        story.Report("waiting for its address", 20);
        var id = story.Droplet!.Id;
        var active = await watch.WaitAsync(droplet => droplet.Id == id && droplet is { Status: DropletStatus.Active, PublicAddress: not null }, _request.Timeout, ct);
        story.Droplet = active ?? throw TimedOut(story);
        story.Droplet = await InTurnAsync(finishing, () => finisher.FinishAsync(active, record, story.Report, ct), ct);
    }

    // Runs one droplet's work within its time; a failure becomes a message, and the droplet stays in the result.
    private async Task<Droplet?> GuardAsync(DropletStory story, Func<DropletStory, CancellationToken, Task> work, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_request.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await work(story, both.Token);
            story.End("ready");
        }
        catch (DevOpsException failure)
        {
            story.Fail(failure);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            story.Fail(TimedOut(story));
        }

        return story.Droplet;
    }

    private CreationRecord RecordOf(Droplet droplet)
    {
        var isOurs = records.TryGetValue(droplet.Name, out var record)
            && (record.DropletId == droplet.Id || droplet.Tags.Contains(DropletTags.RunPrefix + record.Run));
        return isOurs ? record! : throw new DevOpsException(
            "HostKeyUnknown",
            FailureKind.SecurityError,
            $"Droplet '{droplet.Name}' was never finished, and this installation does not know its first host key, so it cannot be told from an impostor.",
            $"Remove it with Remove-Droplet {droplet.Name}, then run New-DropletFleet again.",
            droplet);
    }

    private DevOpsException TimedOut(DropletStory story) => new(
        "DropletTimeout",
        FailureKind.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"Droplet '{story.Name}' was not ready within {_request.Timeout.TotalSeconds:0.###} seconds; it was last seen {story.Status}."),
        story.Droplet is null
            ? $"Run New-DropletFleet {_request.Name} again."
            : $"It exists and costs money. Run New-DropletFleet {_request.Name} again to go on, with a longer -Timeout if need be, or remove it with Remove-Droplet {story.Name}.",
        story.Name);
}
