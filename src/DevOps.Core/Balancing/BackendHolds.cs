using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>Takes single backends of running balancers out of their share, for a while or until they are put back, and waits until they are drained.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class BackendHolds(StateFolder state, TimeProvider? time = null)
{
    // A request that ends raises no event.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Takes a backend out for a while, as a deployment does with an instance that it updates.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="owner">Who holds it, such as a deployment's id.</param>
    /// <param name="duration">After this time it comes back by itself.</param>
    /// <param name="cause">Why, in words.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether it is held: a balancer that does not run has nothing to hold.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotFound</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<bool> HoldAsync(string balancer, string backend, string owner, TimeSpan duration, string cause, CancellationToken ct) =>
        SendAsync(balancer, new HoldRequest(backend, owner, duration, cause), ct);

    /// <summary>Gives a backend back.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="owner">Who held it. What others hold stays held.</param>
    /// <param name="cause">Why, in words.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether the balancer runs.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotFound</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public Task<bool> ReleaseAsync(string balancer, string backend, string owner, string cause, CancellationToken ct) =>
        SendAsync(balancer, new HoldRequest(backend, owner, TimeSpan.Zero, cause), ct);

    /// <summary>Waits until a backend that was taken out answers nothing any more.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="backend">The backend's name, or its address as <c>host:port</c>.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="progress">Hears what it is still answering.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends when it is drained, or at once when the balancer does not run.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotDrained</c>, <c>BackendNotFound</c>, <c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task WaitUntilDrainedAsync(string balancer, string backend, TimeSpan limit, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        const string Activity = "Draining";
        using var client = new BalancerClient(state, balancer, _time);
        var began = _time.GetTimestamp();
        try
        {
            while (await client.ReportAsync(ct) is { } report)
            {
                var found = report.Backends.FirstOrDefault(candidate => Is(candidate, backend)) ?? throw NotFound(balancer, backend);
                if (found.State == BackendState.Drained) return;
                if (_time.GetElapsedTime(began) > limit) throw NotDrained(balancer, found, limit);
                progress.Report(new ProgressMessage(Activity, found.Name, $"{found.InFlight} request(s) in flight"));
                await Task.Delay(LookInterval, _time, ct);
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

    private async Task<bool> SendAsync(string balancer, HoldRequest request, CancellationToken ct)
    {
        using var client = new BalancerClient(state, balancer, _time);
        try
        {
            return await client.HoldAsync(request, ct) is not null ? true : throw NotFound(balancer, request.Backend);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotRunning")
        {
            return false;
        }
    }
}
