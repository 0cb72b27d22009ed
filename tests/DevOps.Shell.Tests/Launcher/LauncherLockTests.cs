namespace DevOps.Shell.Tests.Launcher;

/// <summary>Two starts at once while the build is stale: one builds, the other waits and finds all fresh.</summary>
[Trait("Category", "Slow")]
public sealed class LauncherLockTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Starts_at_once_build_once(bool hasFlock)
    {
        using var tree = new LauncherTree(hasFlock);
        var release = await tree.HoldBuildsAsync();

        var starts = Enumerable.Range(0, 4).Select(_ => tree.RunAsync("-Command", "1")).ToList();
        release();
        var runs = await Task.WhenAll(starts);

        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.Single(tree.Builds);
        Assert.Single(runs, run => run.Error.Contains("devops: building", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_lock_of_a_start_that_was_killed_is_taken_over()
    {
        using var tree = new LauncherTree(hasFlock: false);
        Directory.CreateDirectory(Path.Combine(tree.Root, "out"));
        // No process has this number: Linux gives out none above 4,194,304.
        File.CreateSymbolicLink(Path.Combine(tree.Root, "out", "lock.owner"), "99999999");

        var run = await tree.RunAsync("-Command", "1");

        Assert.Equal((0, "devops: building what is missing or older than its sources ...\n"), (run.ExitCode, run.Error));
        Assert.False(Path.Exists(Path.Combine(tree.Root, "out", "lock.owner")));
    }

    [Fact]
    public async Task A_build_that_fails_gives_the_lock_back()
    {
        using var tree = new LauncherTree(hasFlock: false);
        tree.Write("broken", "");

        await tree.RunAsync();

        Assert.Null(new FileInfo(Path.Combine(tree.Root, "out", "lock.owner")).LinkTarget);
    }
}
