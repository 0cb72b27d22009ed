using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;
using DevOps.Core.Releases;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>What is done with one release on real hosts: publishing it, and a rolling update to it by a worker process.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The droplets.</param>
[Collection(typeof(TinyFleetTests))]
public sealed class ReleaseTests(LocalCloudFixture cloud, TinyFleet fleet)
{
    private const string Application = "tiny";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publishing_sends_a_release_once_and_starts_nothing()
    {
        await fleet.ServeGoodAsync();
        var (request, release) = await BuildAsync("published-1");

        Assert.All(await PublishAsync(request, release), line => Assert.Contains("has received", line, StringComparison.Ordinal));
        Assert.All(await PublishAsync(request, release), line => Assert.Contains("already", line, StringComparison.Ordinal));

        await fleet.AssertServesGoodAsync();
    }

    [Fact]
    public async Task A_rolling_update_to_a_release_says_what_it_updated_and_the_next_one_that_nothing_is_to_be_done()
    {
        await fleet.ServeGoodAsync();
        var (request, release) = await BuildAsync("rolled-1");

        var (first, told) = await UpdateAsync(request, release);
        Assert.Equal(["rolled-1", "rolled-1"], await fleet.ServedAsync());
        var (second, _) = await UpdateAsync(request, release);

        Assert.Equal((DeploymentState.Succeeded, DeploymentState.Succeeded), (first.State, second.State));
        Assert.Equal([TinyFleet.First, TinyFleet.Second], first.Updated.Order(StringComparer.Ordinal));
        Assert.Empty(first.Unchanged);
        Assert.Empty(second.Updated);
        Assert.Equal([TinyFleet.First, TinyFleet.Second], second.Unchanged.Order(StringComparer.Ordinal));
        Assert.Null(first.Cause);
        Assert.Empty(told.Failures);
    }

    private async Task<(DeploymentRequest Request, ApplicationRelease Release)> BuildAsync(string version)
    {
        var request = fleet.Request(version, "none");
        var release = await new ReleaseStore(cloud.State).BuildAsync(request.Environment, request.Environment.Applications[0], request.Repository!, request.Commit!, "tester", new Told(), Ct);
        return (request, release);
    }

    private async Task<IReadOnlyList<string>> PublishAsync(DeploymentRequest request, ApplicationRelease release)
    {
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var told = new Told(message =>
        {
            if (message is VerboseMessage verbose) lines.Enqueue(verbose.Text);
        });
        Assert.Equal(0, await new PublishingService(cloud.State).PublishAsync(release, request.Environment, fleet: null, LocalCloudFixture.Connection, told, Ct));
        Assert.Empty(told.Failures);
        Assert.Equal(2, lines.Count);
        return [.. lines];
    }

    private async Task<(RollingUpdate Update, Told Told)> UpdateAsync(DeploymentRequest request, ApplicationRelease release)
    {
        var told = new Told();
        var update = request with
        {
            Id = fleet.Store.NewId(),
            Kind = DeploymentKind.RollingUpdate,
            Application = Application,
            Release = release.Id,
            Fleet = TinyFleet.Name,
        };
        var deployment = await fleet.Service.StartAndFollowAsync(update, told, Ct);
        return (fleet.Service.DescribeRollingUpdate(update, deployment), told);
    }
}
