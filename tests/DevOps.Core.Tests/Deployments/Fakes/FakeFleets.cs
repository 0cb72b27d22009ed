using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Rolling;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments.Fakes;

/// <summary>Fleets in memory, whose state can be copied at any moment, as a dying control host would leave it.</summary>
internal sealed class FakeFleets : IDeploymentFleets
{
    private readonly Dictionary<string, FakeHostState> _hosts;

    private FakeFleets(Dictionary<string, FakeHostState> hosts) => _hosts = hosts;

    /// <summary>Called before and after each change of a host.</summary>
    public Action OnChange { get; set; } = () => { };

    /// <summary>What a release does on a host once it is started.</summary>
    public Func<string, string, FakeBehaviour> Behaviour { get; set; } = (_, _) => FakeBehaviour.Healthy;

    /// <summary>Called before a host is switched.</summary>
    public Action<string> OnActivate { get; set; } = _ => { };

    /// <summary>Why the cloud's API does not answer, when it does not.</summary>
    public DevOpsException? ApiFailure { get; set; }

    /// <summary>The hosts' states by name.</summary>
    public IReadOnlyDictionary<string, FakeHostState> Hosts => _hosts;

    /// <summary>The fewest hosts that ever served while another was away.</summary>
    public int FewestServing { get; private set; } = int.MaxValue;

    public static FakeFleets Of(params string[] names) =>
        new(names.ToDictionary(name => name, _ => new FakeHostState(), StringComparer.Ordinal));

    public FakeFleets Copy() => new(_hosts.ToDictionary(host => host.Key, host => host.Value.Copy(), StringComparer.Ordinal)) { Behaviour = Behaviour };

    public Task<IReadOnlyList<Droplet>> ListAsync(string fleet, CancellationToken ct) =>
        ApiFailure is null ? Task.FromResult<IReadOnlyList<Droplet>>([.. _hosts.Keys.Order(StringComparer.Ordinal).Select(DropletOf)]) : throw ApiFailure;

    public Task<IApplicationHost> ConnectAsync(Droplet droplet, string application, CancellationToken ct) =>
        _hosts[droplet.Name] switch
        {
            { IsDown: true } => throw new DevOpsException("DropletUnreachable", FailureKind.Unavailable, $"Droplet '{droplet.Name}' does not answer."),
            { IsImpostor: true } => throw new DevOpsException("HostKeyMismatch", FailureKind.SecurityError, $"What answers is not droplet '{droplet.Name}'."),
            var state => Task.FromResult<IApplicationHost>(new FakeHost(this, droplet, state)),
        };

    public void Dispose()
    {
    }

    public void CountServing() => FewestServing = Math.Min(FewestServing, _hosts.Values.Count(host => host is { IsRunning: true, IsDown: false }));

    public string[] Served() => [.. _hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host => host.Value.IsRunning ? host.Value.Current ?? "-" : "-")];

    private static Droplet DropletOf(string name) =>
        new(name.GetHashCode(StringComparison.Ordinal), name, "web", DropletStatus.Active, $"192.0.2.{name.Split('-')[^1]}", $"198.51.100.{name.Split('-')[^1]}", "nyc3", "s-1vcpu-1gb", 6, [], DateTimeOffset.UnixEpoch, "test");
}

/// <summary>What a fake release does.</summary>
internal enum FakeBehaviour
{
    Healthy,
    ExitsAtOnce,
    Answers500,
    NeverListens,
    PortIsHeld,
    ExitsForItsPortIsHeld,
}

/// <summary>What a fake host holds and runs.</summary>
internal sealed class FakeHostState
{
    public Dictionary<string, ReleaseSeal> Sealed { get; } = new(StringComparer.Ordinal);

    public List<(string Folder, bool IsGood)> History { get; } = [];

    /// <summary>What the last removal of old releases was told to keep.</summary>
    public KeptReleases? Kept { get; set; }

    public string? Current { get; set; }

    public bool IsRunning { get; set; }

    public int Starts { get; set; }

    public bool IsDown { get; set; }

    /// <summary>Counts up when all connections to it are lost.</summary>
    public int Connections { get; set; }

    /// <summary>Whether another host answers at its address.</summary>
    public bool IsImpostor { get; set; }

    public FakeHostState Copy()
    {
        var copy = new FakeHostState();
        copy.Become(this);
        return copy;
    }

    /// <summary>Takes another state on.</summary>
    public void Become(FakeHostState other)
    {
        (Current, IsRunning, Starts, Kept) = (other.Current, other.IsRunning, other.Starts, other.Kept);
        (IsDown, IsImpostor, Connections) = (other.IsDown, other.IsImpostor, other.Connections);
        Sealed.Clear();
        foreach (var (folder, seal) in other.Sealed) Sealed[folder] = seal;
        History.Clear();
        History.AddRange(other.History);
    }
}
