namespace DevOps.Benchmarks.Balancer;

/// <summary>HAProxy, as <c>benchmarks/peers/haproxy.cfg</c> sets it up.</summary>
internal sealed class HaproxyContestant : IContestant
{
    /// <inheritdoc/>
    public string Name => "haproxy";

    /// <inheritdoc/>
    public async Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var configuration = await setting.Peers.FillInAsync("haproxy.cfg", place.Folder, place.Values, cancellation);
        return ContestantCommand.Of(Tools.Find("haproxy"), "-db", "-f", configuration);
    }
}
