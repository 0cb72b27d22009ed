namespace DevOps.Benchmarks.Balancer;

/// <summary>nginx, as <c>benchmarks/peers/nginx.conf</c> sets it up.</summary>
internal sealed class NginxContestant : IContestant
{
    /// <inheritdoc/>
    public string Name => "nginx";

    /// <inheritdoc/>
    public async Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var configuration = await setting.Peers.FillInAsync("nginx.conf", place.Folder, place.Values, cancellation);
        return ContestantCommand.Of(Tools.Find("nginx"), "-p", place.Folder, "-c", configuration);
    }
}
