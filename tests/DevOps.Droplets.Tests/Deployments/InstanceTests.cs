using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Environments;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>Looking at instances on real hosts, starting and stopping them, and reading what they wrote.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The droplets.</param>
[Collection(typeof(TinyFleetTests))]
public sealed class InstanceTests(LocalCloudFixture cloud, TinyFleet fleet)
{
    private const string Application = "tiny";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stopped_instance_is_shown_so_and_starts_again_with_what_it_served()
    {
        await fleet.ServeGoodAsync();
        using var service = Open();

        var stopped = await service.ControlAsync(Application, TinyFleet.Second, UnitAction.Stop, new Told(), Ct);
        Assert.Equal([ApplicationHealth.Healthy, ApplicationHealth.Stopped], await HealthAsync(service));
        Assert.Equal(["good", null], await fleet.ServedAsync());
        var started = await service.ControlAsync(Application, TinyFleet.Second, UnitAction.Start, new Told(), Ct);

        Assert.Equal((ApplicationHealth.Stopped, ApplicationHealth.Healthy), (stopped.Health, started.Health));
        Assert.Equal(stopped.Release, started.Release);
        await fleet.AssertServesGoodAsync();
    }

    [Fact]
    public async Task Starting_an_instance_that_runs_leaves_it_alone_and_restarting_does_not()
    {
        await fleet.ServeGoodAsync();
        using var service = Open();
        var process = await ProcessAsync();

        await service.ControlAsync(Application, TinyFleet.Second, UnitAction.Start, new Told(), Ct);
        Assert.Equal(process, await ProcessAsync());
        await service.ControlAsync(Application, TinyFleet.Second, UnitAction.Restart, new Told(), Ct);

        Assert.NotEqual(process, await ProcessAsync());
        await fleet.AssertServesGoodAsync();
    }

    [Fact]
    public async Task The_last_lines_of_each_instance_come_in_the_order_of_time()
    {
        await fleet.ServeGoodAsync();
        foreach (var name in (string[])[TinyFleet.First, TinyFleet.Second, TinyFleet.First, TinyFleet.Second])
        {
            // Each answer is a line in its host's journal, with the time at which the journal took it.
            await fleet.ServedAsync(name);
            await fleet.OnAsync(name, "journalctl --sync");
        }

        using var service = Open();

        var told = new Told();
        Assert.Equal(4, await service.ReadLogAsync(Application, _ => true, 2, follow: false, told, Ct));

        var entries = told.Results.Cast<ApplicationLogEntry>().ToList();
        Assert.Equal([TinyFleet.First, TinyFleet.Second, TinyFleet.First, TinyFleet.Second], entries.Select(entry => entry.Instance));
        Assert.All(entries, entry => Assert.Contains("\"GET / HTTP/1.1\" 200", entry.Message, StringComparison.Ordinal));
        Assert.Empty(told.Failures);
    }

    [Fact]
    public async Task A_log_that_is_followed_goes_on_until_it_is_stopped()
    {
        await fleet.ServeGoodAsync();
        using var service = Open();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        enough.CancelAfter(TimeSpan.FromMinutes(1));
        var heard = new HashSet<string>(StringComparer.Ordinal);
        var told = new Told(message =>
        {
            if (message is not Core.Operations.ResultMessage { Value: ApplicationLogEntry entry }) return;
            lock (heard) heard.Add(entry.Instance);
        });

        var following = service.ReadLogAsync(Application, _ => true, 0, follow: true, told, enough.Token);
        // Nobody tells when both hosts have begun to listen to their journals, so they are asked until both were heard.
        while (!HasHeardBoth()) await fleet.ServedAsync().WaitAsync(enough.Token);
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Empty(told.Failures);

        bool HasHeardBoth()
        {
            lock (heard) return heard.Count == 2;
        }
    }

    private Task<string> ProcessAsync() => fleet.OnAsync(TinyFleet.Second, $"systemctl show --property MainPID --value {Application}");

    private InstanceService Open() => InstanceService.Open(
        cloud.State,
        new EnvironmentDefinition("tiny", "/nowhere/tiny.psd1", LocalCloudFixture.Connection, [], [TinyRepository.Application(TinyFleet.Name)]),
        LocalCloudFixture.Connection);

    private static async Task<IEnumerable<ApplicationHealth>> HealthAsync(InstanceService service) =>
        (await service.ListAsync(_ => true, new Told(), Ct)).Select(instance => instance.Health);
}
