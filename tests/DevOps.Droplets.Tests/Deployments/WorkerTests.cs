using System.Diagnostics;
using DevOps.Core.Deployments;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>The worker process of a deployment goes on without whoever started it, and what it leaves behind when it dies can be dealt with.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The droplets.</param>
[Collection(typeof(TinyFleetTests))]
public sealed class WorkerTests(LocalCloudFixture cloud, TinyFleet fleet)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_follows_hears_that_it_was_interrupted_all_go_on_serving_and_it_can_be_taken_up_again()
    {
        await fleet.ServeGoodAsync();
        var interrupted = await KillInTheMiddleAsync("killed-1");

        var resumed = await fleet.Service.ResumeAsync(interrupted.Id, new Told(), Ct);

        Assert.True(resumed.State == DeploymentState.Succeeded, resumed.Cause);
        Assert.Equal(["killed-1", "killed-1"], await fleet.ServedAsync());
        await fleet.ServeGoodAsync();
    }

    [Fact]
    public async Task What_it_had_done_can_be_undone()
    {
        await fleet.ServeGoodAsync();
        var interrupted = await KillInTheMiddleAsync("killed-2");

        var undo = await fleet.UndoAsync(interrupted.Id);

        Assert.True(undo.State == DeploymentState.Succeeded, undo.Cause);
        await fleet.AssertServesGoodAsync();
    }

    [Fact]
    public async Task Whoever_gives_up_while_it_starts_leaves_it_at_work()
    {
        await fleet.ServeGoodAsync();
        var request = fleet.Request("alone-1", "none");
        using var impatience = new CancellationTokenSource();
        var told = new Told(message =>
        {
            if (message is ProgressMessage) impatience.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fleet.Service.StartAsync(request, told, impatience.Token));

        var deployment = await fleet.Service.ResumeAsync(request.Id, new Told(), Ct);
        Assert.True(deployment.State == DeploymentState.Succeeded, deployment.Cause);
        Assert.Equal(["alone-1", "alone-1"], await fleet.ServedAsync());
    }

    // So many good answers are asked for that it is still counting them when it is killed.
    private static ApplicationDefinition Thorough(ApplicationDefinition application) =>
        application with { Health = application.Health with { Successes = 10, Interval = TimeSpan.FromMilliseconds(500), Timeout = TimeSpan.FromMinutes(1) } };

    private async Task<Deployment> KillInTheMiddleAsync(string version)
    {
        var following = fleet.Follow(fleet.Request(version, "none", Thorough));
        await following.SaidAsync($"{TinyFleet.First} serves");
        using var administration = new AdministrationClient(ServerFiles.For(cloud.State, DeploymentService.Role, following.Id).SocketFile);
        var status = await administration.GetStatusAsync(Ct);
        using var worker = Process.GetProcessById(status!.ProcessId);
        worker.Kill();

        var deployment = await following.Deployment;

        Assert.Equal((DeploymentState.Interrupted, "its worker died"), (deployment.State, deployment.Cause));
        Assert.Equal(DeploymentState.Interrupted, fleet.Store.Get(following.Id).State);
        Assert.Equal(version, await fleet.ServedAsync(TinyFleet.First));
        Assert.Contains(await fleet.ServedAsync(TinyFleet.Second), (string[])["good", version]);
        return deployment;
    }
}
