using System.Reflection;
using DevOps.Core.Balancing;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Balancing;

/// <summary>The service with a state folder of its own, two real backends, and the real program, which it starts as a process.</summary>
internal sealed class BalancerBed : IAsyncDisposable
{
    public const string Name = "shop";

    private readonly TestState _state = new();
    private readonly string _bin = Directory.CreateTempSubdirectory("devops-bin-").FullName;

    public BalancerBed()
    {
        var server = typeof(BalancerBed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Server").Value!;
        Directory.CreateSymbolicLink(Path.Combine(_bin, "server"), server);
        Programs = new ServerPrograms(_bin);
        Service = new BalancerService(_state.State, Programs);
        Backends = new BackendService(_state.State, Service);
        Files = new BalancerFiles(_state.State, Name);
        Port = FreePort.Find();
    }

    public StateFolder State => _state.State;

    public ServerPrograms Programs { get; }

    public BalancerService Service { get; }

    public BackendService Backends { get; }

    public BalancerFiles Files { get; }

    public BackendServer Production { get; } = new("production");

    public BackendServer Canary { get; } = new("canary");

    public Told Told { get; } = new();

    public int Port { get; }

    public ServerFiles ServerFiles => ServerFiles.For(_state.State, "balancer", Name);

    /// <summary>Both backends, checked often.</summary>
    public BalancerChanges Both => new()
    {
        Port = Port,
        Backends = [new GivenBackend(null, Production.Uri, ApplicationRole.Production), new GivenBackend(null, Canary.Uri, ApplicationRole.Canary)],
        Check = new CheckChanges { Path = "/check", Interval = TimeSpan.FromMilliseconds(100) },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<CanaryBalancer> StartAsync(BalancerChanges? changes = null) => Service.StartAsync(Name, changes ?? Both, "a test", Told, Cancellation);

    public Task<CanaryBalancer> ChangeAsync(BalancerChanges changes) => Service.ChangeAsync(Name, changes.ApplyTo, "a test", Told, Cancellation);

    public Task<CanaryBalancer?> StopAsync(TimeSpan? drainTimeout = null, bool isRemoved = false) => Service.StopAsync(Name, drainTimeout, isRemoved, Told, Cancellation);

    /// <summary>Asks the balancer over a connection of its own.</summary>
    /// <param name="port">Its port, if not the usual one.</param>
    /// <returns>The name of the backend that answered.</returns>
    public async Task<string> AskAsync(int? port = null)
    {
        using var http = new HttpClient();
        var body = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port ?? Port}/"), Cancellation);
        return body.Split(' ')[0];
    }

    /// <summary>Asks several times, one after another.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(int times, int? port)
    {
        var answers = new List<string>();
        for (var time = 0; time < times; time++) answers.Add(await AskAsync(port));
        return answers;
    }

    /// <summary>Waits until the balancer is answering as many requests through a backend.</summary>
    public async Task WaitForInFlightAsync(string backend, int count)
    {
        while ((await Service.DescribeAsync(Name, Cancellation)).Backends.Single(candidate => candidate.Name == backend).InFlight < count) await Task.Delay(20, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        // What systemd keeps running ends by systemd alone; what is not known any more may still run.
        if (Service.Catalog.Names().Contains(Name)) await Service.StopAsync(Name, TimeSpan.Zero, isRemoved: true, Told, CancellationToken.None);
        await new ServerLauncher().StopAsync(ServerFiles.SocketFile, TimeSpan.Zero, CancellationToken.None);
        Production.Dispose();
        Canary.Dispose();
        _state.Dispose();
        Directory.Delete(_bin, recursive: true);
    }
}

/// <summary>Keeps what an operation told.</summary>
internal sealed class Told : IProgress<OperationMessage>
{
    private readonly Lock _lock = new();
    private readonly List<OperationMessage> _messages = [];

    public IReadOnlyList<string> Verbose => [.. All().OfType<VerboseMessage>().Select(message => message.Text)];

    public IReadOnlyList<string> Warnings => [.. All().OfType<WarningMessage>().Select(message => message.Text)];

    public IReadOnlyList<string> Progress => [.. All().OfType<ProgressMessage>().Select(message => message.Status)];

    public void Report(OperationMessage value)
    {
        lock (_lock) _messages.Add(value);
    }

    private OperationMessage[] All()
    {
        lock (_lock) return [.. _messages];
    }
}
