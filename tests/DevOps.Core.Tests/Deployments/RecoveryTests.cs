using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>
/// A deployment is broken off at every moment at which a host changes, with the journal as it was on the disk then and
/// with each torn form of the line that was being written. From there it must be possible to go on and to go back.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RecoveryTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));

    public RecoveryTests()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
    }

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Wherever_a_worker_dies_the_deployment_can_be_taken_up_again()
    {
        await _bed.DeployAsync("one");
        foreach (var cut in await BreakAsync("two"))
        {
            using var bed = Restart(cut);

            Assert.Equal(DeploymentState.Interrupted, bed.Store.Get(cut.Id).State);
            Assert.Equal(DeploymentState.Succeeded, await bed.RunAsync(cut.Id));
            Assert.Equal(["two", "two", "two"], bed.Fleets.Served());
            // What it may go back to is what was served before the break, not what the dead worker switched to.
            Assert.All(bed.Fleets.Hosts.Values, host => Assert.DoesNotContain("two", host.Kept!.Needed));
        }
    }

    [Fact]
    public async Task Wherever_a_worker_dies_the_deployment_can_be_undone()
    {
        await _bed.DeployAsync("one");
        foreach (var cut in await BreakAsync("two"))
        {
            using var bed = Restart(cut);

            var undo = await bed.UndoAsync(cut.Id);

            Assert.Equal(DeploymentState.Succeeded, undo.State);
            Assert.Equal(["one", "one", "one"], bed.Fleets.Served());
        }
    }

    [Fact]
    public async Task Wherever_a_worker_dies_while_going_back_it_goes_on_going_back()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Behaviour = (host, folder) => host == "web-3" && folder == "two" ? FakeBehaviour.ExitsAtOnce : FakeBehaviour.Healthy;
        var cuts = (await BreakAsync("two")).Where(cut => cut.Journal.Any(entry => entry.Kind == JournalEntryKind.GoingBack)).ToArray();
        Assert.NotEmpty(cuts);
        foreach (var cut in cuts)
        {
            using var bed = Restart(cut);

            Assert.Equal(DeploymentState.Failed, await bed.RunAsync(cut.Id));
            Assert.Equal(["one", "one", "one"], bed.Fleets.Served());
        }
    }

    [Fact]
    public async Task A_second_break_loses_nothing_of_what_was_served_before_the_first()
    {
        await _bed.DeployAsync("one");
        var first = (await BreakAsync("two")).Last(cut => cut.Fleets.Served().Contains("one"));
        using var between = Restart(first);
        var second = (await BreakAsync(between, first.Id))[0];
        using var bed = Restart(second, between);

        var undo = await bed.UndoAsync(first.Id);

        Assert.Equal(DeploymentState.Succeeded, undo.State);
        Assert.Equal(["one", "one", "one"], bed.Fleets.Served());
    }

    [Fact]
    public async Task A_torn_last_line_at_any_byte_is_as_good_as_none()
    {
        var deployment = await _bed.DeployAsync("one");
        var path = _bed.Store.JournalPath(deployment.Id);
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var entries = _bed.Store.ReadJournal(deployment.Id);
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(path, whole[..length], TestContext.Current.CancellationToken);

            var expected = whole[..length].Count(value => value == '\n');
            Assert.Equal(entries.Take(expected).Select(entry => entry.Text), _bed.Store.ReadJournal(deployment.Id).Select(entry => entry.Text));

            using (var journal = _bed.Store.OpenJournal(deployment.Id)) journal.Write(JournalEntryKind.Told, "afterwards");
            Assert.Equal("afterwards", _bed.Store.ReadJournal(deployment.Id)[^1].Text);
            Assert.Equal(expected + 1, _bed.Store.ReadJournal(deployment.Id).Count);
        }
    }

    private Task<IReadOnlyList<Cut>> BreakAsync(string release) => BreakAsync(_bed, _bed.Request(release));

    // Runs it to its end and notes, at each change of a host, what a control host that died then would leave behind.
    private static async Task<IReadOnlyList<Cut>> BreakAsync(DeploymentBed bed, string id)
    {
        var cuts = new List<Cut>();
        var path = bed.Store.JournalPath(id);
        bed.Fleets.OnChange = () => cuts.Add(new Cut(id, File.ReadAllBytes(path), bed.Fleets.Copy(), bed.Store.ReadJournal(id)));
        await bed.RunAsync(id);
        bed.Fleets.OnChange = () => { };
        Assert.NotEmpty(cuts);

        // The line that came next, half written.
        var all = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        return [.. cuts, .. cuts.Select(cut => cut with { Bytes = all[..Math.Min(all.Length, cut.Bytes.Length + 20)] })];
    }

    private DeploymentBed Restart(Cut cut, DeploymentBed? from = null)
    {
        var bed = new DeploymentBed(cut.Fleets.Copy());
        foreach (var file in Directory.EnumerateFiles((from ?? _bed).State.Root, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(bed.State.Root, Path.GetRelativePath((from ?? _bed).State.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.WriteAllBytes(bed.Store.JournalPath(cut.Id), cut.Bytes);
        return bed;
    }

    private sealed record Cut(string Id, byte[] Bytes, FakeFleets Fleets, IReadOnlyList<JournalEntry> Journal);
}
