using DevOps.Core.Balancing;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Canaries.Releases;

/// <summary>A balancer as it was at a moment.</summary>
/// <param name="ProcessId">Which process answered: another one counts from the beginning.</param>
/// <param name="Report">What it said.</param>
/// <param name="At">When.</param>
internal sealed record BalancerLook(int ProcessId, BalancerReport Report, DateTimeOffset At)
{
    /// <summary>A canary that the balancer does not ask because it failed; nothing when there is none.</summary>
    public BackendReport? FailedCanary =>
        Report.Backends.FirstOrDefault(backend => backend is { Role: ApplicationRole.Canary, State: BackendState.Down });

    /// <summary>A canary of which the balancer does not know yet that it serves; nothing when there is none.</summary>
    public BackendReport? MissingCanary =>
        FailedCanary ?? Report.Backends.FirstOrDefault(backend => backend is { Role: ApplicationRole.Canary, State: BackendState.Unknown });
}

/// <summary>Looks at a balancer again and again.</summary>
internal sealed class BalancerEyes : IDisposable
{
    private readonly BalancerClient _client;
    private readonly TimeProvider _time;

    /// <summary>Makes eyes for a balancer.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="time">The clock.</param>
    public BalancerEyes(StateFolder state, string balancer, TimeProvider time)
    {
        _client = new BalancerClient(state, balancer, time);
        _time = time;
    }

    /// <summary>Looks.</summary>
    /// <param name="ct">Ends the wait for the answer.</param>
    /// <returns>What was seen; nothing when the balancer does not answer.</returns>
    public async Task<BalancerLook?> LookAsync(CancellationToken ct)
    {
        try
        {
            if (await _client.StatusAsync(ct) is not { } status || await _client.ReportAsync(ct) is not { } report) return null;
            return new BalancerLook(status.ProcessId, report, _time.GetUtcNow());
        }
        catch (DevOpsException failure) when (failure.Kind is FailureKind.Unavailable or FailureKind.Timeout)
        {
            return null;
        }
    }

    /// <summary>Waits until something happens at the balancer, somebody gives an order, or time is over.</summary>
    /// <param name="last">The last look; nothing when it did not answer.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="orders">The orders.</param>
    /// <param name="ct">Ends the wait with an error.</param>
    /// <returns>A task that ends then.</returns>
    public async Task WaitAsync(BalancerLook? last, TimeSpan limit, CanaryOrders orders, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] waits = [Task.Delay(limit, _time, over.Token), orders.WaitAsync(over.Token), NewsAsync(last, limit, over.Token)];
        await Task.WhenAny(waits);
        await over.CancelAsync();
        // The others were ended on purpose.
        await Task.WhenAll(waits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // Ends when something has happened, and not before.
    private async Task NewsAsync(BalancerLook? last, TimeSpan limit, CancellationToken ct)
    {
        try
        {
            if (last is not null && await _client.EventsAsync(last.Report.LastEvent, limit, ct) is { Events.Count: > 0 }) return;
        }
        catch (DevOpsException)
        {
            // The next look finds out what is the matter.
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, _time, ct);
    }
}
