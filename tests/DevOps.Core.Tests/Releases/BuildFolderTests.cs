using DevOps.Core.Releases;

namespace DevOps.Core.Tests.Releases;

public sealed class BuildFolderTests : IDisposable
{
    private readonly BuildFixture _fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Tidying_removes_what_a_killed_build_left_and_the_empty_place()
    {
        var root = Path.Combine(_fixture.Git.Root, "devops", "builds");
        Directory.CreateDirectory(Path.Combine(root, "dead", "source"));
        await File.WriteAllTextAsync(Path.Combine(root, "dead.lock"), string.Empty, Cancellation);

        await BuildFolder.TidyAsync(root, _fixture, Cancellation);

        Assert.False(Directory.Exists(Path.GetDirectoryName(root)));
    }

    [Fact]
    public async Task Tidying_leaves_a_build_alone_that_is_alive()
    {
        await using var alive = await BuildFolder.CreateAsync(_fixture.BuildRoot, _fixture, Cancellation);

        await BuildFolder.TidyAsync(_fixture.BuildRoot, _fixture, Cancellation);

        Assert.True(Directory.Exists(alive.Source));
    }

    [Fact]
    public Task There_is_nothing_to_tidy_where_nothing_was_built() =>
        BuildFolder.TidyAsync(Path.Combine(_fixture.Git.Root, "nowhere"), _fixture, Cancellation);

    [Fact]
    public async Task Builds_begin_while_the_place_is_being_tidied()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var tidying = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested) await BuildFolder.TidyAsync(_fixture.BuildRoot, _fixture, Cancellation);
            },
            Cancellation);

        for (var round = 0; round < 100; round++)
        {
            await using var folder = await BuildFolder.CreateAsync(_fixture.BuildRoot, _fixture, Cancellation);
            Assert.True(Directory.Exists(folder.Source));
        }

        await enough.CancelAsync();
        await tidying;
    }
}
