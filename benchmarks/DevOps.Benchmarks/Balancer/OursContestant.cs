using DevOps.Core.Balancing;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Benchmarks.Balancer;

/// <summary>Ours: weights, active checks, metrics and access log on, as <c>Start-CanaryBalancer</c> sets it up.</summary>
/// <param name="name">What it is called in the figures.</param>
/// <param name="variables">Environment variables beside, or instead of, the usual ones.</param>
/// <param name="programFile">Another build of the server, or nothing for the staged one.</param>
internal sealed class OursContestant(string name, IReadOnlyDictionary<string, string> variables, string? programFile = null) : IContestant
{
    private const string Balancer = "bench";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var program = programFile ?? Path.Combine(setting.Root, "module", "bin", "server", "DevOps.Server.dll");
        if (!File.Exists(program)) throw new BenchmarkException($"There is no {program}. ./devops build.ps1 -Task Stage makes it.");
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
            program,
            "balancer",
            "--state", state.Root,
            "--balancer", Balancer,
            "--socket", Path.Combine(place.Folder, "socket"),
        ];
        var all = new Dictionary<string, string>([.. BalancerVariables.All.Where(usual => !variables.ContainsKey(usual.Key)), .. variables], StringComparer.Ordinal) { [StateFolder.Variable] = state.Root };
        return Task.FromResult(new ContestantCommand(command, all));
    }
}
