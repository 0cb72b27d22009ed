using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

/// <summary>
/// A canary release is broken off at every moment at which a host or the balancer changes, with everything as it was on
/// the disk then. From there it must be possible to go on and to go back, and the balancer is as before in the end.
/// </summary>
[Trait("Category", "Slow")]
public sealed class CanaryRecoveryTests : IAsyncLifetime
{
    private CanaryBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await CanaryBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Wherever_a_worker_dies_the_release_can_be_taken_up_again()
    {
        foreach (var cut in await BreakAsync())
        {
            await using var bed = Restart(cut);
            Assert.Equal(CanaryReleaseState.Interrupted, bed.Release.State);

            Assert.Equal(DeploymentState.Succeeded, await bed.Bed.RunAsync(bed.Id, bed.Orders));

            Assert.Equal(["two", "two", "two"], bed.Bed.Fleets.Served());
            Assert.Equal(("1:1:1", true), (bed.Weights, bed.Balancer.Settings.EjectsFailingCanary));
            Assert.Equal(CanaryReleaseState.Completed, bed.Release.State);
        }
    }

    [Fact]
    public async Task Wherever_a_worker_dies_the_release_can_be_undone()
    {
        foreach (var cut in await BreakAsync())
        {
            await using var bed = Restart(cut);

            Assert.Equal(DeploymentState.Succeeded, (await bed.Bed.UndoAsync(bed.Id)).State);

            Assert.Equal(["one", "one", "one"], bed.Bed.Fleets.Served());
            Assert.Equal(("1:1:1", true), (bed.Weights, bed.Balancer.Settings.EjectsFailingCanary));
            Assert.Equal(CanaryReleaseState.Undone, bed.Release.State);
        }
    }

    [Fact]
    public async Task Wherever_a_worker_dies_while_it_goes_back_it_goes_on_going_back()
    {
        _bed.ErrorRateOfTwo = 0.3;
        var cuts = (await BreakAsync()).Where(cut => cut.Journal.Any(entry => entry.Kind == JournalEntryKind.GoingBack)).ToArray();
        Assert.NotEmpty(cuts);
        foreach (var cut in cuts)
        {
            await using var bed = Restart(cut);

            Assert.Equal(DeploymentState.Failed, await bed.Bed.RunAsync(bed.Id, bed.Orders));

            Assert.Equal(["one", "one", "one"], bed.Bed.Fleets.Served());
            Assert.Equal(("1:1:1", true), (bed.Weights, bed.Balancer.Settings.EjectsFailingCanary));
            Assert.Equal(CanaryReleaseState.Undone, bed.Release.State);
        }
    }

    [Fact]
    public async Task Steps_that_were_passed_before_the_break_are_not_judged_again()
    {
        var cut = (await BreakAsync()).First(candidate => candidate.Journal.Count(entry => entry.Canary?.Judgement is { IsFinal: true }) == 2);
        await using var bed = Restart(cut);

        await bed.Bed.RunAsync(bed.Id, bed.Orders);

        Assert.Equal([5, 20, 33, 50], bed.Release.Judgements.Where(judgement => judgement.IsFinal).Select(judgement => judgement.Share));
    }

    [Fact]
    public async Task A_release_taken_up_without_its_balancer_is_suspended_and_not_undone()
    {
        var cut = (await BreakAsync()).First(candidate => candidate.Journal.Any(entry => entry.Canary?.Judgement is { IsFinal: true }));
        await using var bed = Restart(cut);
        await bed.Balancer.StopAsync();

        var running = bed.Bed.RunAsync(bed.Id, bed.Orders);
        await Eventually.IsAsync(() => bed.Release.State == CanaryReleaseState.Suspended);

        Assert.Equal(["one", "one", "two"], bed.Bed.Fleets.Served());
        bed.Orders.TryGive(new Core.Canaries.Releases.GivenOrder(Core.Canaries.Releases.CanaryOrder.Complete, "root"));
        Assert.Equal(DeploymentState.Succeeded, await running);
        Assert.Equal(["two", "two", "two"], bed.Bed.Fleets.Served());
        bed.Balancer.Restart();
    }

    // Runs it to its end and notes, at each change of a host or of the balancer, what a power cut then would leave behind.
    private async Task<IReadOnlyList<Cut>> BreakAsync()
    {
        var cuts = new List<Cut>();
        var id = _bed.Request(plan => plan with { StepTime = TimeSpan.FromSeconds(2) });
        var path = _bed.Bed.Store.JournalPath(id);
        void Note()
        {
            if (File.Exists(path)) cuts.Add(new Cut(id, File.ReadAllBytes(path), File.ReadAllBytes(_bed.Balancer.Files.SettingsFile), _bed.Bed.Fleets.Copy(), _bed.Bed.Store.ReadJournal(id)));
        }

        _bed.Bed.Fleets.OnChange = Note;
        _bed.Balancer.OnReload = Note;
        await _bed.Bed.RunAsync(id, _bed.Orders);
        _bed.Bed.Fleets.OnChange = () => { };
        _bed.Balancer.OnReload = () => { };
        Assert.NotEmpty(cuts);
        return cuts;
    }

    private CanaryBed Restart(Cut cut)
    {
        var bed = new DeploymentBed(cut.Fleets.Copy());
        foreach (var file in Directory.EnumerateFiles(_bed.Bed.State.Root, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(bed.State.Root, Path.GetRelativePath(_bed.Bed.State.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.WriteAllBytes(bed.Store.JournalPath(cut.Id), cut.Bytes);
        File.WriteAllBytes(Path.Combine(bed.State.Root, "balancers", "app", "settings.json"), cut.Settings);
        var reopened = CanaryBed.Reopen(bed, cut.Id);
        reopened.ErrorRateOfTwo = _bed.ErrorRateOfTwo;
        return reopened;
    }

    private sealed record Cut(string Id, byte[] Bytes, byte[] Settings, FakeFleets Fleets, IReadOnlyList<JournalEntry> Journal);
}
