namespace DevOps.Benchmarks.Balancer;

/// <summary>node http-proxy, in the version that <c>benchmarks/peers/node/package-lock.json</c> names.</summary>
internal sealed class NodeContestant : IContestant
{
    /// <inheritdoc/>
    public string Name => "node";

    /// <inheritdoc/>
    public async Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var node = Tools.Find("node");
        var program = await NodePackages.PrepareAsync(setting.Root, "node", "proxy.js", cancellation);
        return ContestantCommand.Of(node, program, $"{place.Port}", place.Production, place.Canary);
    }
}
