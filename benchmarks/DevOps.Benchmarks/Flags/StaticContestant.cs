using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Flags;

/// <summary>HAProxy, which gives the service's answer to every request, as <c>benchmarks/peers/flags-haproxy.cfg</c> sets it up.</summary>
internal sealed class StaticContestant : IContestant
{
    /// <inheritdoc/>
    public string Name => "haproxy";

    /// <inheritdoc/>
    public async Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation) =>
        ContestantCommand.Of(Tools.Find("haproxy"), "-db", "-f", await setting.Peers.FillInAsync("flags-haproxy.cfg", place.Folder, place.Values, cancellation));
}
