using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>What -WhatIf says of a deployment: the exact steps, without a change of any host or file.</summary>
public sealed class DeploymentPreviewTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1", "web-2", "web-3"));

    public DeploymentPreviewTests()
    {
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
        _bed.AddRelease("same", "2");
    }

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_first_release_comes_to_every_host() => Assert.Equal(
        [
            new PreviewStep("app on web-1", "Deploy one as its first release"),
            new PreviewStep("app on web-2", "Deploy one as its first release"),
            new PreviewStep("app on web-3", "Deploy one as its first release"),
        ],
        await DescribeAsync("one"));

    [Fact]
    public async Task An_update_goes_from_host_to_host_and_leaves_alone_what_runs_the_same()
    {
        await _bed.DeployAsync("one");
        _bed.Fleets.Hosts["web-1"].IsDown = true;
        await _bed.DeployAsync("two", request => request with { MaxUnavailable = 3 });
        _bed.Fleets.Hosts["web-1"].IsDown = false;

        Assert.Equal(
            [
                new PreviewStep("app on web-2", "Leave alone: it runs the same as same already"),
                new PreviewStep("app on web-3", "Leave alone: it runs the same as same already"),
                new PreviewStep("app on web-1", "Update from one to same (step 1 of 1, at most 1 unavailable)"),
            ],
            await DescribeAsync("same"));
    }

    [Fact]
    public async Task Forced_it_restarts_them_all_and_says_which_stays_behind()
    {
        await _bed.DeployAsync("two");
        _bed.Fleets.Hosts["web-3"].IsDown = true;

        Assert.Equal(
            [
                new PreviewStep("app on web-3", "Leave behind: it cannot be reached"),
                new PreviewStep("app on web-1", "Update from two to two (step 1 of 2, at most 2 unavailable)"),
                new PreviewStep("app on web-2", "Update from two to two (step 2 of 2, at most 2 unavailable)"),
            ],
            await DescribeAsync("two", request => request with { Force = true, MaxUnavailable = 2 }));
    }

    [Fact]
    public async Task A_commit_that_is_not_built_yet_is_built_first_and_may_turn_out_the_same_to_run()
    {
        await _bed.DeployAsync("one");
        var commit = new string('d', 40);

        Assert.Equal(
            [
                new PreviewStep("app", $"Build at commit {commit}"),
                new PreviewStep("app on web-1", "Update from one to the release of dddddddddddd unless it turns out the same to run (step 1 of 3, at most 1 unavailable)"),
                new PreviewStep("app on web-2", "Update from one to the release of dddddddddddd unless it turns out the same to run (step 2 of 3, at most 1 unavailable)"),
                new PreviewStep("app on web-3", "Update from one to the release of dddddddddddd unless it turns out the same to run (step 3 of 3, at most 1 unavailable)"),
            ],
            await DescribeAsync("-", request => request with { Kind = DeploymentKind.Deployment, Application = null, Release = null, Fleet = null, Commit = commit }));
    }

    [Fact]
    public async Task An_undo_names_what_each_instance_goes_back_to_the_last_one_first()
    {
        await _bed.DeployAsync("one");
        var deployment = await _bed.DeployAsync("two");

        Assert.Equal(
            [
                new PreviewStep("app on web-3", "Go back from two to one"),
                new PreviewStep("app on web-2", "Go back from two to one"),
                new PreviewStep("app on web-1", "Go back from two to one"),
            ],
            await DescribeAsync("-", request => request with { Kind = DeploymentKind.Undo, Undoes = deployment.Id }));
    }

    [Fact]
    public async Task Undoing_a_first_deployment_ends_what_it_began()
    {
        var deployment = await _bed.DeployAsync("one");

        var steps = await DescribeAsync("-", request => request with { Kind = DeploymentKind.Undo, Undoes = deployment.Id });

        Assert.Equal(["Stop serving: it served nothing before"], steps.Select(step => step.Action).Distinct());
    }

    private async Task<IReadOnlyList<PreviewStep>> DescribeAsync(string release, Func<DeploymentRequest, DeploymentRequest>? change = null)
    {
        // The bed writes requests down; a preview's is never.
        var id = _bed.Request(release, change);
        var request = _bed.Store.GetRequest(id);
        _bed.Store.Remove(id);
        var files = Files();
        var changes = 0;
        _bed.Fleets.OnChange = () => changes++;

        var steps = await new DeploymentPreview(_bed.State).DescribeAsync(request, _bed.Fleets, TestContext.Current.CancellationToken);

        Assert.Equal(0, changes);
        Assert.Equal(files, Files());
        return steps;
    }

    private (string Path, DateTime ChangedAt)[] Files() =>
        [.. Directory.EnumerateFileSystemEntries(_bed.State.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (path, File.GetLastWriteTimeUtc(path)))];
}
