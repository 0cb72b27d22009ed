using System.Reflection;
using DevOps.Core.Deployments;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Environments;
using DevOps.Core.Fleets;
using DevOps.Core.Hosts;
using DevOps.Core.Servers;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>The tests that share the two droplets run one after another.</summary>
[CollectionDefinition]
public sealed class TinyFleetTests : ICollectionFixture<TinyFleet>;

/// <summary>Two droplets with the tiny application, and all that deploys it.</summary>
/// <param name="cloud">The cloud.</param>
public sealed class TinyFleet(LocalCloudFixture cloud) : IAsyncLifetime
{
    /// <summary>The fleet's name.</summary>
    public const string Name = "tiny";

    /// <summary>The droplet that a release reaches first.</summary>
    public const string First = "tiny-1";

    /// <summary>The droplet that a release reaches last.</summary>
    public const string Second = "tiny-2";

    private readonly TinyRepository _code = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("devops-programs-");
    private string? _good;

    /// <summary>The droplets.</summary>
    public IReadOnlyList<Droplet> Droplets { get; private set; } = [];

    /// <summary>The deployments.</summary>
    public DeploymentStore Store => Service.Store;

    /// <summary>What starts deployments in worker processes.</summary>
    public DeploymentService Service => new(cloud.State, new ServerPrograms(_programs.FullName));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var server = typeof(TinyFleet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Server").Value!;
        File.CreateSymbolicLink(Path.Combine(_programs.FullName, "server"), Path.GetDirectoryName(server)!);
        using var session = cloud.Open();
        var told = new Told();
        var fleet = await new FleetService(cloud.State, session).CreateAsync(new FleetRequest(Name, 2), told, CancellationToken.None);
        Assert.Empty(told.Failures);
        Droplets = fleet.Droplets;
        // A disk for releases that can be filled without filling anybody else's.
        await OnAsync(First, "mkdir -p /opt/devops && mount -t tmpfs -o size=40m,mode=0755 tmpfs /opt/devops");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _code.Dispose();
        _browser.Dispose();
        _programs.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Gets a droplet.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The droplet.</returns>
    public Droplet this[string name] => Droplets.Single(droplet => droplet.Name == name);

    /// <summary>Brings both instances to the version <c>good</c>, which every test begins and ends with.</summary>
    /// <returns>A task that ends once both serve it.</returns>
    public async Task ServeGoodAsync()
    {
        _good ??= _code.Commit("good", "none", "nowhere");
        var deployment = await RunAsync(Request(_good));
        Assert.True(deployment.State == DeploymentState.Succeeded, deployment.Cause);
        await AssertServesGoodAsync();
    }

    /// <summary>Fails unless both instances answer as <c>good</c>.</summary>
    /// <returns>A task that ends with the answers.</returns>
    public async Task AssertServesGoodAsync() => Assert.Equal(["good", "good"], await ServedAsync());

    /// <summary>Deploys a new version in this process.</summary>
    /// <param name="version">The version.</param>
    /// <param name="fault">What goes wrong with it on the second droplet.</param>
    /// <param name="change">Changes the application's definition.</param>
    /// <returns>The deployment, ended.</returns>
    public Task<Deployment> DeployAsync(string version, string fault = "none", Func<ApplicationDefinition, ApplicationDefinition>? change = null) =>
        RunAsync(Request(version, fault, change));

    /// <summary>Asks for a new version; whoever gets the request starts it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="fault">What goes wrong with it on the second droplet.</param>
    /// <param name="change">Changes the application's definition.</param>
    /// <returns>The request.</returns>
    public DeploymentRequest Request(string version, string fault, Func<ApplicationDefinition, ApplicationDefinition>? change = null) =>
        Request(_code.Commit(version, fault, Second), change);

    /// <summary>Carries a request out in a worker process and follows it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>What follows it.</returns>
    public Following Follow(DeploymentRequest request) => new(request.Id, told => Service.StartAndFollowAsync(request, told, Ct));

    /// <summary>Undoes a deployment in this process.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The undoing deployment, ended.</returns>
    public Task<Deployment> UndoAsync(string id) => RunAsync(Request("-") with { Kind = DeploymentKind.Undo, Undoes = id });

    /// <summary>Asks both instances which version they serve.</summary>
    /// <returns>The versions, in the order of the droplets.</returns>
    public async Task<string?[]> ServedAsync() => await Task.WhenAll(Droplets.Select(droplet => ServedAsync(droplet.Name)));

    /// <summary>Asks an instance which version it serves.</summary>
    /// <param name="name">The droplet's name.</param>
    /// <returns>The version; nothing when it does not answer.</returns>
    public async Task<string?> ServedAsync(string name)
    {
        try
        {
            return (await _browser.GetStringAsync(new Uri($"http://{this[name].PublicAddress}:{TinyRepository.Port}/"), Ct)).Trim();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Runs a command on a droplet and expects it to end well.</summary>
    /// <param name="name">The droplet's name.</param>
    /// <param name="command">POSIX sh code.</param>
    /// <returns>What it wrote.</returns>
    public async Task<string> OnAsync(string name, string command)
    {
        await using var host = await new HostConnector(cloud.State).ConnectAsync(this[name], Ct);
        var result = await host.RunAsync(command, ct: Ct);
        Assert.True(result.ExitCode == 0, $"{command}: {result.ErrorOutput}");
        return result.Output.Trim();
    }

    private async Task<Deployment> RunAsync(DeploymentRequest request)
    {
        Store.Create(request);
        await new DeploymentRunner(cloud.State).RunAsync(request.Id, Ct);
        return Store.Get(request.Id);
    }

    private DeploymentRequest Request(string commit, Func<ApplicationDefinition, ApplicationDefinition>? change = null)
    {
        var application = TinyRepository.Application(Name);
        return new DeploymentRequest
        {
            Id = Store.NewId(),
            Kind = DeploymentKind.Deployment,
            Environment = new EnvironmentDefinition("tiny", "/nowhere/tiny.psd1", LocalCloudFixture.Connection, [], [change?.Invoke(application) ?? application]),
            Connection = LocalCloudFixture.Connection,
            Repository = _code.Path,
            Commit = commit,
            StartedBy = "tester",
            StartedAt = DateTimeOffset.UtcNow,
        };
    }
}
