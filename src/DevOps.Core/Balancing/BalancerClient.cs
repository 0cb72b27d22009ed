using System.Globalization;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>Talks to the process of a balancer that may or may not run.</summary>
public sealed class BalancerClient : IDisposable
{
    /// <summary>The balancer's role among the servers.</summary>
    public const string Role = "balancer";

    private readonly string _name;
    private readonly AdministrationClient _administration;

    /// <summary>Makes a client; connects at the first call.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="name">The balancer's name.</param>
    public BalancerClient(StateFolder state, string name)
    {
        _name = name;
        _administration = new AdministrationClient(ServerFiles.For(state, Role, name).SocketFile);
    }

    /// <summary>Asks which process it is.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Its status; nothing when none runs.</returns>
    /// <exception cref="DevOpsException"><c>BalancerSilent</c>, <c>ServerAnswerInvalid</c>.</exception>
    public Task<ServerStatus?> GetStatusAsync(CancellationToken ct) => LimitAsync(() => _administration.GetStatusAsync(ct), ct);

    /// <summary>Asks how it is.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The report; nothing when it does not run, or does not serve yet.</returns>
    /// <exception cref="DevOpsException"><c>BalancerSilent</c>, <c>ServerAnswerInvalid</c>.</exception>
    public Task<BalancerReport?> GetReportAsync(CancellationToken ct) =>
        IfRunningAsync(() => _administration.GetAsync(BalancerPaths.Report, BalancerJson.Default.BalancerReport, ct), ct);

    /// <summary>Takes a backend out for a while, or gives it back.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How the balancer is then; nothing when it does not run, or knows no such backend.</returns>
    /// <exception cref="DevOpsException"><c>BalancerSilent</c>, <c>ServerAnswerInvalid</c>.</exception>
    public Task<BalancerReport?> HoldAsync(HoldRequest request, CancellationToken ct) => IfRunningAsync(
        () => _administration.PostAsync(BalancerPaths.Hold, request, BalancerJson.Default.HoldRequest, BalancerJson.Default.BalancerReport, ct),
        ct);

    /// <summary>Waits until something happens there.</summary>
    /// <param name="after">The number of the last event that is known.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What happened; nothing when it does not run.</returns>
    /// <exception cref="DevOpsException"><c>BalancerSilent</c>, <c>ServerAnswerInvalid</c>.</exception>
    public Task<BalancerEvents?> WaitForEventsAsync(long after, TimeSpan wait, CancellationToken ct)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{BalancerPaths.Events}?after={after}&wait={wait.TotalSeconds:0.###}");
        return IfRunningAsync(() => _administration.GetAsync(path, BalancerJson.Default.BalancerEvents, ct), ct);
    }

    /// <inheritdoc/>
    public void Dispose() => _administration.Dispose();

    private async Task<T?> IfRunningAsync<T>(Func<Task<T?>> ask, CancellationToken ct)
        where T : class
    {
        try
        {
            return await LimitAsync(ask, ct);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotRunning")
        {
            return null;
        }
    }

    private async Task<T?> LimitAsync<T>(Func<Task<T?>> ask, CancellationToken ct)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new DevOpsException(
                "BalancerSilent",
                FailureKind.Timeout,
                $"The process of the balancer '{_name}' took the question and did not answer it.",
                $"See how it is with Get-CanaryBalancer {_name}; Stop-CanaryBalancer {_name} and Start-CanaryBalancer begin anew.",
                _name,
                exception);
        }
    }
}
