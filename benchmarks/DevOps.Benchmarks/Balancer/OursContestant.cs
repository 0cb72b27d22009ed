using DevOps.Core.Balancing;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Benchmarks.Balancer;

/// <summary>Ours: weights, active checks, metrics and access log on, as <c>Start-CanaryBalancer</c> sets it up.</summary>
/// <param name="variant">What it is called in the figures, and what is changed.</param>
internal sealed class OursContestant(OursVariant variant) : IContestant
{
    private const string Balancer = "bench";

    /// <inheritdoc/>
    public string Name => variant.Name;

    /// <inheritdoc/>
    public Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var state = StateFolder.Open(Path.Combine(place.Folder, "state"));
        new BalancerFiles(state, Balancer).WriteSettings(new BalancerSettings
        {
            Name = Balancer,
            Port = place.Port,
            StatusPort = LoopbackPorts.Find(1)[0],
            WritesAccessLog = true,
            Backends =
            [
                new BackendSettings { Name = "production", Uri = new Uri($"http://{place.Production}"), Role = ApplicationRole.Production, Weight = 2 },
                new BackendSettings { Name = "canary", Uri = new Uri($"http://{place.Canary}"), Role = ApplicationRole.Canary, Weight = 1 },
            ],
        });
        string[] command =
        [
            Tools.Find("dotnet"),
            variant.ProgramIn(setting.Root),
            "balancer",
            "--state", state.Root,
            "--balancer", Balancer,
            "--socket", Path.Combine(place.Folder, "socket"),
        ];
        var all = variant.Over(BalancerVariables.All);
        all[StateFolder.Variable] = state.Root;
        return Task.FromResult(new ContestantCommand(command, all));
    }
}
