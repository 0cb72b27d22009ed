using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>Waits until backends that were taken out answer nothing any more.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock.</param>
internal sealed class BackendDrain(StateFolder state, TimeProvider time)
{
    // A request that ends raises no event.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a backend that was taken out answers nothing any more.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="progress">Hears what it is still answering.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends when it is drained, or at once when the balancer does not run.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotDrained</c>, <c>BackendNotFound</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task WaitAsync(string balancer, string backend, TimeSpan limit, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        const string Activity = "Draining";
        using var client = new BalancerClient(state, balancer, time);
        var began = time.GetTimestamp();
        try
        {
            while (await client.ReportAsync(ct) is { } report)
            {
                var found = report.Backends.FirstOrDefault(candidate => Is(candidate, backend)) ?? throw NotFound(balancer, backend);
                if (found.State == BackendState.Drained) return;
                if (time.GetElapsedTime(began) > limit) throw NotDrained(balancer, found, limit);
                progress.Report(new ProgressMessage(Activity, found.Name, $"{found.InFlight} request(s) in flight"));
                await Task.Delay(LookInterval, time, ct);
            }
        }
        finally
        {
            progress.Report(new ProgressMessage(Activity, backend, "done", IsCompleted: true));
        }
    }

    private static bool Is(BackendReport candidate, string backend) =>
        string.Equals(candidate.Name, backend, StringComparison.OrdinalIgnoreCase) || string.Equals(BackendRules.AddressOf(candidate.Uri), backend, StringComparison.OrdinalIgnoreCase);

    private static DevOpsException NotFound(string balancer, string backend) => new(
        "BackendNotFound",
        FailureKind.NotFound,
        $"The balancer '{balancer}' has no backend '{backend}'.",
        $"(Get-CanaryBalancer {balancer}).Backends lists them; Add-BalancerBackend adds one.",
        backend);

    private static DevOpsException NotDrained(string balancer, BackendReport backend, TimeSpan limit) => new(
        "BackendNotDrained",
        FailureKind.Timeout,
        $"'{backend.Name}' of the balancer '{balancer}' still answers {backend.InFlight} request(s) after {SettingsText.Of(limit)}. It gets no new ones.",
        $"Wait longer with -Timeout; Remove-BalancerBackend {balancer} {backend.Name} -Force removes it as it is; Set-BalancerBackend {balancer} {backend.Name} -Drain:$false puts it back.",
        backend.Name);
}
