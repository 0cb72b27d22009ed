using System.Diagnostics;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Heartbeats.History;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>What the disk does, the monitor outlives.</summary>
public sealed class HistoryFailureTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_told_and_nothing_is_lost_when_there_is_room_again()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Assert.Skip("Only root can mount a small disk.");
        await using var disk = await SmallDisk.MountAsync();
        await using var bed = new HistoryBed(parent: disk.Path);
        bed.Watch(HeartbeatState.Up, 5 * Minute);
        await bed.Store.FlushAsync();
        var ballast = disk.Fill();
        bed.Watch(HeartbeatState.Down, 30 * Minute, cause: new string('y', 300));
        for (var target = 0; target < 2_000; target++) bed.Check(HeartbeatState.Up, $"web-{target}");
        await bed.Store.FlushAsync();
        Assert.Contains("the disk is full", bed.Notices.Last(), StringComparison.Ordinal);
        var meanwhile = await bed.GetAsync();
        Assert.Equal((5 * Minute, 30 * Minute, 210), (meanwhile!.Up, meanwhile.Down, meanwhile.Checks));

        File.Delete(ballast);
        await bed.Store.FlushAsync();
        Assert.Null(bed.Notices.Last());
        await using var reader = HistoryStore.OpenForReading(bed.State, bed.Time)!;
        var written = await reader.GetAsync(HistoryBed.Key(), HistoryBed.Start, bed.Time.GetUtcNow(), Ct);
        Assert.Equal((5 * Minute, 30 * Minute, 210), (written!.Up, written.Down, written.Checks));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_and_tried_again()
    {
        using var folder = new TestState();
        var time = new FakeTimeProvider(HistoryBed.Start);
        var notices = new List<string?>();
        folder.State.Folder();
        await File.WriteAllTextAsync(folder.State.PathOf("heartbeats"), "in the way", Ct);
        await using var store = HistoryStore.Open(folder.State, HistoryLimits.Usual, time, notices.Add);
        store.Take(HistoryBed.Beat("web", HeartbeatState.Up, time.GetUtcNow()), hasChanged: false);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.StartsWith("The heartbeat history cannot be written: ", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(3), (await store.GetAsync(HistoryBed.Key(), HistoryBed.Start, time.GetUtcNow(), Ct))!.Up);

        File.Delete(folder.State.PathOf("heartbeats"));
        await store.FlushAsync();
        Assert.Null(notices[^1]);
        await using var reader = HistoryStore.OpenForReading(folder.State, time)!;
        Assert.Equal(1, (await reader.GetAsync(HistoryBed.Key(), HistoryBed.Start, time.GetUtcNow(), Ct))!.Checks);
    }

    [Fact]
    public async Task What_was_seen_before_the_file_could_be_opened_goes_on_from_what_it_holds()
    {
        await using var bed = new HistoryBed();
        bed.Watch(HeartbeatState.Down, 2 * Minute);
        await bed.Store.DisposeAsync();
        // A link to itself cannot be opened, and what is moved there takes its place in one step.
        var away = bed.State.PathOf("away.db");
        File.Move(bed.File, away);
        File.CreateSymbolicLink(bed.File, bed.File);
        await bed.RestartAsync(2 * Minute);
        bed.Watch(HeartbeatState.Up, 2 * Minute);
        Assert.StartsWith("The heartbeat history cannot be written: ", bed.Notices.Last(), StringComparison.Ordinal);
        File.Move(away, bed.File, overwrite: true);
        bed.Watch(HeartbeatState.Up, 2 * Minute);
        await bed.Store.FlushAsync();
        var history = await bed.GetAsync();
        Assert.Equal((2 * Minute, 2 * Minute, 4 * Minute), (history!.Down, history.Unknown, history.Up));
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_says_so()
    {
        await using var bed = new HistoryBed();
        await bed.Store.DisposeAsync();
        await File.WriteAllTextAsync(bed.File, new string('x', 10_000), Ct);
        await using var reader = HistoryStore.OpenForReading(bed.State, bed.Time)!;
        var error = await Assert.ThrowsAsync<DevOps.Core.DevOpsException>(() => reader.ListAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct));
        Assert.Equal("HeartbeatHistoryUnreadable", error.Id);
    }

    /// <summary>A disk of a few megabytes.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public static async Task<SmallDisk> MountAsync()
        {
            var path = Directory.CreateTempSubdirectory("devops-disk-").FullName;
            await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path);
            return new SmallDisk(path);
        }

        public string Fill()
        {
            var ballast = System.IO.Path.Combine(Path, "ballast");
            using var stream = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, 0);
            try
            {
                while (true) stream.Write(new byte[4_096]);
            }
            catch (IOException)
            {
                return ballast;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await RunAsync("umount", "-l", Path);
            Directory.Delete(Path);
        }

        private static async Task RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            if (process.ExitCode != 0) Assert.Skip($"{program} is not possible here.");
        }
    }
}
