using DevOps.Core.Deployments.Rolling;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Deployments.Instances;

/// <summary>Brings the logs of several hosts together: in the order of time what is there, as it comes what follows.</summary>
/// <param name="progress">Gets the entries as results.</param>
internal sealed class InstanceLog(IProgress<OperationMessage> progress)
{
    private readonly Lock _adding = new();
    private readonly List<ApplicationLogEntry> _entries = [];
    private int _count;

    /// <summary>Reads one host's log.</summary>
    /// <param name="host">The host.</param>
    /// <param name="tail">How many lines to begin with.</param>
    /// <param name="follow">Whether to go on.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>A task that ends with the reading.</returns>
    public async Task ReadAsync(FleetHost host, int tail, bool follow, CancellationToken ct)
    {
        try
        {
            if (host.Connected is null) throw Unreachable(host);
            await host.Connected.ReadLogAsync(tail, follow, entry => Add(entry, follow), ct);
        }
        catch (DevOpsException failure)
        {
            progress.Report(new FailureMessage(failure));
        }
    }

    /// <summary>Gives what was collected.</summary>
    /// <returns>How many entries there were in all.</returns>
    public int Finish()
    {
        foreach (var entry in _entries.OrderBy(entry => entry.At)) progress.Report(new ResultMessage(entry));
        return _count;
    }

    private static DevOpsException Unreachable(FleetHost host) => new(
        "InstanceUnreachable",
        FailureKind.Unavailable,
        $"{host.Instance} cannot be reached: {host.Unreachable}",
        $"See whether it is powered on with Get-Droplet -Name {host.Instance}.",
        host.Instance);

    private void Add(ApplicationLogEntry entry, bool atOnce)
    {
        lock (_adding)
        {
            _count++;
            if (!atOnce) _entries.Add(entry);
        }

        if (atOnce) progress.Report(new ResultMessage(entry));
    }
}
