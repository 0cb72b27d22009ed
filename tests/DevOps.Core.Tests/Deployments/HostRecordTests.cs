using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Hosts;

namespace DevOps.Core.Tests.Deployments;

/// <summary>The very script that notes outcomes on a host and removes old releases there, in a real shell on folders of the test's own.</summary>
public sealed class HostRecordTests : IDisposable
{
    private const string App = "app";

    private readonly string _folder = Directory.CreateTempSubdirectory("devops-record-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Only_the_releases_that_served_well_count_and_the_newest_of_them_stay()
    {
        foreach (var release in (string[])["a", "b", "bad-1", "bad-2", "c"])
        {
            await DeployAsync(release, before: null, keep: 1, isGood: !release.StartsWith("bad", StringComparison.Ordinal));
        }

        Assert.Equal(["b", "c"], Releases());
    }

    [Fact]
    public async Task The_release_to_go_back_to_stays_although_others_were_good_since()
    {
        await DeployAsync("a", before: null, keep: 1);
        await DeployAsync("b", before: "a", keep: 1);
        // Undone, and what served again was not noted, for example because its disk was full.
        Publish("a");

        await DeployAsync("c", before: "a", keep: 1);

        Assert.Equal(["a", "b", "c"], Releases());
    }

    [Fact]
    public async Task A_release_that_was_gone_back_to_counts_as_the_one_that_served_last()
    {
        await DeployAsync("a", before: null, keep: 1);
        await DeployAsync("b", before: "a", keep: 1);
        Publish("a");
        await RecordAsync("a", isGood: true);

        await DeployAsync("c", before: null, keep: 1);

        Assert.Equal(["a", "c"], Releases());
    }

    [Fact]
    public async Task Noting_alone_removes_nothing()
    {
        await DeployAsync("a", before: null, keep: 5);
        await DeployAsync("b", before: null, keep: 5);
        await DeployAsync("c", before: null, keep: 5);

        await RecordAsync("c", isGood: true);

        Assert.Equal(["a", "b", "c"], Releases());
    }

    private string Root => Path.Combine(_folder, "opt", App);

    private Task DeployAsync(string release, string? before, int keep, bool isGood = true)
    {
        Publish(release);
        return isGood
            ? RecordAsync(release, isGood, [keep.ToString(CultureInfo.InvariantCulture), .. before is null ? Array.Empty<string>() : [before]])
            : RecordAsync(release, isGood);
    }

    private string[] Releases() => [.. Directory.EnumerateDirectories(Path.Combine(Root, "releases")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    // Sealed, and in use.
    private void Publish(string release)
    {
        var meta = Directory.CreateDirectory(Path.Combine(Root, "releases", release, ".devops"));
        File.WriteAllText(Path.Combine(meta.FullName, "digests"), "1 2\n");
        var current = Path.Combine(Root, "current");
        File.Delete(current);
        File.CreateSymbolicLink(current, $"releases/{release}");
    }

    private async Task RecordAsync(string release, bool isGood, params string[] more)
    {
        var script = HostScript.Load("Deployments/Scripts/record.sh")
            .Replace("/opt/devops", Path.Combine(_folder, "opt"), StringComparison.Ordinal)
            .Replace("/etc/devops", Path.Combine(_folder, "etc"), StringComparison.Ordinal);
        using var shell = Process.Start("sh", ["-c", script, "sh", App, release, release, isGood ? "good" : "failed", "2026-01-01T00:00:00Z", .. more]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }
}
