using System.Globalization;
using DevOps.Core.Deployments.Hosts;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments.Fakes;

/// <summary>An application on a host in memory. A switch is two changes, so that it can break off between them.</summary>
internal sealed class FakeHost(FakeFleets fleets, Droplet droplet, FakeHostState state) : IApplicationHost
{
    private const int Port = 8080;

    private readonly int _connection = state.Connections;

    public Droplet Droplet => droplet;

    public Task<HostFacts> ReadFactsAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (state.IsDown || _connection != state.Connections) throw Down();
        var facts = new HostFacts
        {
            IsUnitLoaded = state.Current is not null,
            ActiveState = "inactive",
            Result = "success",
            Sealed = [.. state.Sealed.Select(pair => new SealedFolder(pair.Key, pair.Value.ArtifactDigest, pair.Value.ConfigurationDigest))],
            InvocationId = Invocation(),
        };
        if (state.Current is null) return Task.FromResult(facts);
        facts = facts with { Folder = state.Current, Release = state.Sealed[state.Current] };
        return Task.FromResult(state.IsRunning ? Running(facts) : facts);
    }

    public Task PublishAsync(ReleasePackage package, string folder, CancellationToken ct) => Change(() => state.Sealed[folder] = package.Seal);

    public async Task<string> ActivateAsync(string folder, CancellationToken ct)
    {
        fleets.OnActivate(droplet.Name);
        if (!state.Sealed.ContainsKey(folder)) throw new DevOpsException("ReleaseNotOnHost", FailureKind.NotFound, "gone");
        await Change(() => state.IsRunning = false);
        fleets.CountServing();
        await Change(() => state.Current = folder);
        await Change(() =>
        {
            state.IsRunning = true;
            state.Starts++;
        });
        return Invocation();
    }

    public Task DeactivateAsync(CancellationToken ct) => Change(() => (state.Current, state.IsRunning) = (null, false));

    public async Task<string> ControlAsync(UnitAction action, CancellationToken ct)
    {
        await Change(() => state.IsRunning = action != UnitAction.Stop);
        if (action == UnitAction.Restart) state.Starts++;
        return Invocation();
    }

    public Task RecordAsync(string folder, string release, bool isGood, KeptReleases? keep, CancellationToken ct) => Change(() =>
    {
        state.History.Add((folder, isGood));
        if (keep is not null) state.Kept = keep;
    });

    public Task<IReadOnlyList<string>> ReadJournalAsync(int lines, string? invocation, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>(["the last line of the unit"]);

    public Task ReadLogAsync(int lines, bool follow, Action<ApplicationLogEntry> onEntry, CancellationToken ct) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static DevOpsException Down() => new("HostConnectionLost", FailureKind.Unavailable, "The connection was lost.");

    private HostFacts Running(HostFacts facts)
    {
        var release = HostLayout.Release("app", state.Current!);
        return fleets.Behaviour(droplet.Name, state.Current!) switch
        {
            FakeBehaviour.ExitsAtOnce => facts with { ActiveState = "failed", Result = "exit-code", ExitStatus = 3 },
            FakeBehaviour.NeverListens => facts with { ActiveState = "active" },
            FakeBehaviour.ExitsForItsPortIsHeld => facts with { ActiveState = "failed", Result = "exit-code", ExitStatus = 1, Listeners = [new PortListener(7, IsOfUnit: false, "old", "/old")] },
            FakeBehaviour.PortIsHeld => facts with { ActiveState = "active", Listeners = [new PortListener(7, IsOfUnit: false, "old", "/old")], HttpStatus = 200, HttpContains = true },
            FakeBehaviour.Answers500 => facts with { ActiveState = "active", Listeners = [new PortListener(9, IsOfUnit: true, "app", release)], HttpStatus = 500, HttpContains = true },
            _ => facts with { ActiveState = "active", Listeners = [new PortListener(9, IsOfUnit: true, "app", release)], HttpStatus = 200, HttpContains = true },
        };
    }

    private string Invocation() => string.Create(CultureInfo.InvariantCulture, $"run-{state.Starts}");

    private Task Change(Action change)
    {
        if (state.IsDown || _connection != state.Connections) throw Down();
        fleets.OnChange();
        change();
        fleets.OnChange();
        return Task.CompletedTask;
    }

    public static int DefaultPort => Port;
}
