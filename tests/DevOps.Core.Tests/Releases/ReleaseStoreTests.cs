using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Releases;

[Trait("Category", "Slow")]
public sealed class ReleaseStoreTests : IDisposable
{
    private readonly BuildFixture _fixture = new();

    public ReleaseStoreTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Releases are built by /bin/sh.");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_release_is_named_after_its_commit_and_remembers_what_it_is()
    {
        var commit = _fixture.Git.Commit(("app/a.txt", "one"));

        var release = await _fixture.BuildAsync(build: null);

        Assert.Matches($"^{commit[..12]}-[0-9a-f]{{8}}$", release.Id);
        Assert.Equal(("shop", "production", commit, "tester"), (release.Application, release.Environment, release.Commit, release.CreatedBy));
        Assert.Equal(release, _fixture.Store.Get("shop", release.Id));
        Assert.Equal([release], _fixture.Store.List());
        Assert.Equivalent(BuildFixture.Application(build: null), _fixture.Store.Definition(release), strict: true);
        Assert.Equal(new FileInfo(_fixture.State.PathOf("releases", "artifacts", release.Digest + ".tar.gz")).Length, release.Size);
    }

    [Fact]
    public async Task The_same_commit_and_definition_is_built_once()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var first = await _fixture.BuildAsync("echo building; date +%N > made");

        Assert.Equal(first, await _fixture.BuildAsync("echo building; date +%N > made"));
        Assert.Single(_fixture.Lines, line => line.EndsWith("building", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Builds_of_one_application_at_the_same_time_build_once()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        var releases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _fixture.BuildAsync("echo building; sleep 0.3; date +%N > made")));

        Assert.Single(releases.Distinct());
        Assert.Single(_fixture.Lines, line => line.EndsWith("building", StringComparison.Ordinal));
        Assert.Contains("shop | waits for another build of shop to end", _fixture.Lines);
    }

    [Fact]
    public async Task A_commit_that_leaves_the_source_alone_shares_the_artifact()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var first = await _fixture.BuildAsync("date +%N > made");
        _fixture.Git.Commit(("other/b.txt", "two"));

        var second = await _fixture.BuildAsync("date +%N > made");

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first.Digest, second.Digest);
        Assert.Contains($"shop | its source is that of release {first.Id}, so nothing is built again", _fixture.Lines);
    }

    [Fact]
    public async Task A_changed_definition_is_a_new_release_of_the_same_commit()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var first = await _fixture.BuildAsync(build: null);

        var second = await _fixture.BuildAsync(BuildFixture.Application(build: null) with { Port = 81 });

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal((first.Commit, first.Digest), (second.Commit, second.Digest));
        Assert.Equal((80, 81), (_fixture.Store.Definition(first).Port, _fixture.Store.Definition(second).Port));
    }

    [Fact]
    public async Task A_changed_build_command_builds_again()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var first = await _fixture.BuildAsync("echo 1 > made");

        Assert.NotEqual(first.Digest, (await _fixture.BuildAsync("echo 2 > made")).Digest);
    }

    [Fact]
    public async Task A_rebuild_runs_the_build_and_gives_the_same_release_when_the_result_is_the_same()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var first = await _fixture.BuildAsync("echo building; touch made; chmod 700 made");

        var second = await _fixture.BuildAsync(BuildFixture.Application("echo building; touch made; chmod 700 made"), rebuild: true);

        Assert.Equal(first, second);
        Assert.Equal(2, _fixture.Lines.Count(line => line.EndsWith("building", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_commit_can_be_named_by_branch_tag_or_part_of_its_id()
    {
        var first = _fixture.Git.Commit(("app/a.txt", "one"));
        GitFolder.Git(_fixture.Git.Path, "tag", "v1");
        var second = _fixture.Git.Commit(("app/a.txt", "two"));

        foreach (var (revision, commit) in ((string, string)[])[("main", second), ("v1", first), ("HEAD~1", first), (first[..8], first)])
        {
            Assert.Equal(commit, (await _fixture.BuildAsync(BuildFixture.Application(build: null), revision)).Commit);
        }
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("--help")]
    [InlineData("")]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("a\nb")]
    public async Task A_commit_that_does_not_exist_is_named(string revision)
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        var failure = await Failing.WithAsync("CommitNotFound", () => _fixture.BuildAsync(BuildFixture.Application(build: null), revision));

        Assert.Equal(revision, failure.Target);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("app/a.txt")]
    public async Task A_source_that_is_no_folder_of_the_commit_is_named(string source)
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        var failure = await Failing.WithAsync("SourceNotFound", () => _fixture.BuildAsync(BuildFixture.Application(build: null) with { Source = source }));

        Assert.Contains($"'{source}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_repository_can_be_the_source()
    {
        _fixture.Git.Commit(("a.txt", "one"));

        Assert.Equal("one", _fixture.Read(await _fixture.BuildAsync(BuildFixture.Application(build: null) with { Source = "." }), "a.txt"));
    }

    [Fact]
    public async Task A_folder_that_is_no_repository_is_named()
    {
        var application = BuildFixture.Application(build: null);

        foreach (var folder in (string[])["/", "/nowhere"])
        {
            await Failing.WithAsync(
                "RepositoryNotFound",
                () => _fixture.Store.BuildAsync(BuildFixture.Environment(application), application, folder, "HEAD", "tester", _fixture, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task An_artifact_that_was_changed_is_never_handed_out()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var release = await _fixture.BuildAsync(build: null);
        var file = _fixture.State.PathOf("releases", "artifacts", release.Digest + ".tar.gz");
        await File.AppendAllTextAsync(file, "x", TestContext.Current.CancellationToken);

        Failing.With("ArtifactDamaged", () => _fixture.Store.OpenArtifact(release));
        File.Delete(file);
        Failing.With("ArtifactNotFound", () => _fixture.Store.OpenArtifact(release));
    }

    [Fact]
    public async Task A_release_whose_artifact_is_gone_is_built_again()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var release = await _fixture.BuildAsync(build: null);
        File.Delete(_fixture.State.PathOf("releases", "artifacts", release.Digest + ".tar.gz"));

        Assert.Equal(release, await _fixture.BuildAsync(build: null));
        Assert.Equal("one", _fixture.Read(release, "a.txt"));
    }

    [Theory]
    [InlineData("shop", "nope")]
    [InlineData("nope", "nope")]
    [InlineData("../shop", "x")]
    [InlineData("shop", "../shop/x")]
    [InlineData("", "")]
    public void A_release_that_does_not_exist_is_named(string application, string id) =>
        Failing.With("ReleaseNotFound", () => _fixture.Store.Get(application, id));

    [Fact]
    public async Task Old_releases_go_and_those_in_use_stay_with_the_artifacts_they_share()
    {
        var releases = new List<ApplicationRelease>();
        for (var i = 0; i < 4; i++)
        {
            _fixture.Git.Commit(("app/a.txt", $"{i}"));
            releases.Add(await _fixture.BuildAsync(build: null));
        }

        // Shares its artifact with the first, which goes.
        releases.Add(await _fixture.BuildAsync(BuildFixture.Application(build: null) with { Port = 81 }, releases[0].Commit));

        var removed = await _fixture.Store.RemoveOldAsync(releases[0].Environment, "shop", keep: 2, new HashSet<string> { releases[1].Id }, TestContext.Current.CancellationToken);

        Assert.Equal([releases[2].Id, releases[0].Id], removed.Select(release => release.Id));
        Assert.Equal([releases[4].Id, releases[3].Id, releases[1].Id], _fixture.Store.List().Select(release => release.Id));
        Assert.Equal("0", _fixture.Read(releases[4], "a.txt"));
        Failing.With("ArtifactNotFound", () => _fixture.Store.OpenArtifact(releases[2]));
    }

    [Fact]
    public async Task A_damaged_record_is_named_with_its_file()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var release = await _fixture.BuildAsync(build: null);
        var file = _fixture.State.PathOf("releases", "shop", release.Id + ".json");
        await File.WriteAllTextAsync(file, "{", TestContext.Current.CancellationToken);

        Assert.Equal(file, Failing.With("ReleaseRecordDamaged", () => _fixture.Store.List()).Target);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Everything_of_the_store_is_for_its_owner_alone()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        await _fixture.BuildAsync(build: null);

        const UnixFileMode others = (UnixFileMode)0b111_111;
        Assert.All(
            Directory.EnumerateFileSystemEntries(_fixture.State.Root, "*", SearchOption.AllDirectories).Prepend(_fixture.State.Root),
            entry => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(entry) & others));
    }
}
