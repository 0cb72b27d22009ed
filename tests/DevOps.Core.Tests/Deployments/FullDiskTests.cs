using System.Diagnostics;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>The disk of the control host becomes full, on a real small one.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly string[] Hosts = [.. Enumerable.Range(10, 20).Select(number => $"web-{number}")];

    private readonly SmallDisk _disk = new();
    private readonly DeploymentBed _bed;

    public FullDiskTests()
    {
        // So many that their entries do not fit into what is left of the journal's last page.
        _bed = new DeploymentBed(FakeFleets.Of(Hosts), _disk.Path);
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
    }

    public void Dispose()
    {
        _bed.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public async Task In_the_middle_of_a_deployment_it_ends_it_and_everything_goes_back()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.OnActivate = host =>
        {
            if (host == Hosts[1]) _disk.Fill();
        };

        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(DeploymentState.Failed, deployment.State);
        Assert.Contains("journal.jsonl' cannot be written: ", deployment.Cause, StringComparison.Ordinal);
        Assert.Contains("Free room on the disk of the state folder", deployment.Cause, StringComparison.Ordinal);
        Assert.EndsWith("Every instance serves again what it served before.", deployment.Cause, StringComparison.Ordinal);
        Assert.All(_bed.Fleets.Served(), release => Assert.Equal("one", release));
    }

    [Fact]
    public async Task Before_a_deployment_it_keeps_it_from_beginning()
    {
        await _bed.DeployAsync("one");
        var id = _bed.Request("two");
        _disk.Fill();

        await Failing.WithAsync("StateFolderNotWritable", () => _bed.RunAsync(id));

        Assert.All(_bed.Fleets.Served(), release => Assert.Equal("one", release));
        _disk.Free();
        Assert.Equal(DeploymentState.Succeeded, await _bed.RunAsync(id));
    }

    [Fact]
    public void An_entry_that_found_no_room_leaves_no_trace_and_the_next_one_has_room()
    {
        var id = _bed.Request("one");
        using (var journal = _bed.Store.OpenJournal(id))
        {
            journal.Write(JournalEntryKind.Told, "before");
            _disk.Fill();

            var room = Stopwatch.GetTimestamp();
            Failing.With("JournalNotWritable", () =>
            {
                while (Stopwatch.GetElapsedTime(room) < TimeSpan.FromMinutes(1)) journal.Write(JournalEntryKind.Told, new string('x', 3_000));
            });
            journal.Write(JournalEntryKind.Told, "afterwards");
            Assert.Equal("afterwards", journal.Entries[^1].Text);
        }

        var entries = _bed.Store.ReadJournal(id);
        Assert.Equal(("before", "afterwards"), (entries[0].Text, entries[^1].Text));
        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(_bed.Store.JournalPath(id))!, "journal*"));
    }

    [Fact]
    public void What_a_build_prints_leaves_the_room_for_the_steps_alone()
    {
        using var journal = _bed.Store.OpenJournal(_bed.Request("one"));
        _disk.Fill();
        for (var line = 0; line < 10; line++)
        {
            try
            {
                journal.Write(JournalEntryKind.Output, new string('x', 3_000));
            }
            catch (DevOpsException failure)
            {
                Assert.Equal("JournalNotWritable", failure.Id);
            }
        }

        Assert.Throws<DevOpsException>(() => journal.Write(JournalEntryKind.Built, new string('x', 5_000)));
        journal.Write(JournalEntryKind.GoingBack, new string('x', 5_000));
    }
}
