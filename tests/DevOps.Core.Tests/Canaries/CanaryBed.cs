using DevOps.Core.Balancing;
using DevOps.Core.Canaries;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Environments;
using DevOps.Core.Tests.Balancing.Fakes;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

/// <summary>Two production instances and a canary, all serving release one, behind a balancer of 2:1 that gets requests.</summary>
internal sealed class CanaryBed : IAsyncDisposable
{
    private CanaryBed(DeploymentBed bed, FakeBalancer balancer)
    {
        Bed = bed;
        Balancer = balancer;
        Balancer.OnReport = Traffic;
    }

    public DeploymentBed Bed { get; }

    public FakeBalancer Balancer { get; }

    public CanaryOrders Orders { get; } = new();

    /// <summary>How many requests come between two looks.</summary>
    public int Requests { get; set; } = 2_000;

    /// <summary>The part of the requests to the canary that fails while it serves release two.</summary>
    public double ErrorRateOfTwo { get; set; }

    /// <summary>How long the canary takes while it serves release two.</summary>
    public TimeSpan LatencyOfTwo { get; set; } = TimeSpan.FromMilliseconds(10);

    public Action OnLook { get; set; } = () => { };

    public CanaryRelease Release => new CanaryReleaseView(Bed.Store).Of(Id);

    public string Id { get; private set; } = string.Empty;

    /// <summary>The weights in effect, canary last.</summary>
    public string Weights => string.Join(':', Balancer.Settings.Backends.Select(backend => backend.Weight));

    public static async Task<CanaryBed> StartAsync()
    {
        var bed = new DeploymentBed(FakeFleets.Of("web-1", "web-2", "web-3"));
        bed.AddRelease("one", "1");
        bed.AddRelease("two", "2");
        await bed.DeployAsync("one", request => request with { Environment = Environment });
        return new CanaryBed(bed, FakeBalancer.Start(bed.State, "app", Backend(1), Backend(2), Backend(3, ApplicationRole.Canary)));
    }

    /// <summary>The same control host with another process of everything, as after a power cut.</summary>
    public static CanaryBed Reopen(DeploymentBed bed, string id) => new(bed, FakeBalancer.Open(bed.State, "app")) { Id = id };

    public string Request(Func<CanaryPlan, CanaryPlan>? change = null, string release = "two")
    {
        var plan = new CanaryPlan
        {
            Balancer = "app",
            Steps = [5, 20, 33, 50],
            StepTime = TimeSpan.FromSeconds(30),
            MaxWait = TimeSpan.FromMinutes(10),
            Limits = new CanaryLimits(),
            OnInconclusive = InconclusivePolicy.Suspend,
        };
        return Id = Bed.Request(release, request => request with { Kind = DeploymentKind.CanaryRelease, Environment = Environment, Canary = change?.Invoke(plan) ?? plan });
    }

    public Task<DeploymentState> RunAsync(Func<CanaryPlan, CanaryPlan>? change = null, string release = "two") => Bed.RunAsync(Request(change, release), Orders);

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        Bed.Dispose();
        Orders.Dispose();
    }

    private static EnvironmentDefinition Environment { get; } = DeploymentBed.Environment with { Applications = [DeploymentBed.Application with { Canaries = 1 }] };

    private static BackendSettings Backend(int number, ApplicationRole role = ApplicationRole.Production) =>
        FakeBalancer.Backend($"web-{number}", new Uri($"http://192.0.2.{number}:{FakeHost.DefaultPort}"), role, 1);

    private void Traffic(FakeBalancer balancer)
    {
        var isTwo = Bed.Fleets.Hosts["web-3"].Current == "two";
        balancer["web-3"].ErrorRate = isTwo ? ErrorRateOfTwo : 0;
        balancer["web-3"].Latency = isTwo ? LatencyOfTwo : TimeSpan.FromMilliseconds(10);
        balancer.Serve(Requests);
        OnLook();
    }
}
