using System.Globalization;
using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Core.Deployments.Holds;

/// <summary>
/// An instance that its balancer leaves out. The hold is short and renewed while the work goes on: when the worker dies,
/// the balancer asks the instance again by itself.
/// </summary>
internal sealed class InstanceHold : IAsyncDisposable
{
    /// <summary>No hold: there is no balancer, or it could not be asked.</summary>
    public static readonly InstanceHold None = new();

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    // The balancer has to see a few good answers before it asks an instance again.
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly BalancerClient? _client;
    private readonly HoldRequest _request = new(string.Empty, string.Empty, TimeSpan.Zero, string.Empty);
    private readonly BackendReport? _before;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly CancellationTokenSource _ending = new();
    private Task _renewing = Task.CompletedTask;

    /// <summary>Makes a hold, which begins with <see cref="BeginAsync"/>.</summary>
    /// <param name="client">The balancer, which the hold disposes of.</param>
    /// <param name="backend">The backend, as it stood before.</param>
    /// <param name="owner">Who holds it.</param>
    /// <param name="cause">Why, in words.</param>
    /// <param name="time">The clock.</param>
    public InstanceHold(BalancerClient client, BackendReport backend, string owner, string cause, TimeProvider time)
    {
        _client = client;
        _before = backend;
        _request = new HoldRequest(string.Create(CultureInfo.InvariantCulture, $"{backend.Uri.Host}:{backend.Uri.Port}"), owner, Duration, cause);
        _time = time;
    }

    private InstanceHold()
    {
    }

    /// <summary>Takes the backend out and keeps it out.</summary>
    /// <param name="ct">Ends the wait for the answer.</param>
    /// <returns>How the balancer is then; nothing when it has stopped meanwhile.</returns>
    public async Task<BalancerReport?> BeginAsync(CancellationToken ct)
    {
        var report = await HoldAsync(_request, ct);
        if (report is not null) _renewing = RenewAsync();
        return report;
    }

    /// <summary>Gives the instance back and waits until the balancer asks it again, so that the next one can be taken.</summary>
    /// <param name="waits">Whether to wait; an instance that did not serve before is only given back.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Why the balancer does not ask it although it did before, in words; nothing when all is well.</returns>
    public async Task<string?> GiveBackAsync(bool waits, CancellationToken ct)
    {
        if (_client is null) return null;
        await StopRenewingAsync();
        try
        {
            var report = await HoldAsync(_request with { Duration = TimeSpan.Zero }, CancellationToken.None);
            if (!waits || _before!.State != BackendState.Up) return null;
            return await WaitForReturnAsync(report, ct);
        }
        catch (DevOpsException failure)
        {
            return failure.Message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is null) return;
        await StopRenewingAsync();
        _client.Dispose();
        _ending.Dispose();
    }

    private async Task<BalancerReport?> HoldAsync(HoldRequest request, CancellationToken ct)
    {
        try
        {
            return await _client!.HoldAsync(request, ct);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotRunning")
        {
            return null;
        }
    }

    private async Task<string?> WaitForReturnAsync(BalancerReport? report, CancellationToken ct)
    {
        var began = _time.GetTimestamp();
        // Gone, the balancer or the backend: then there is nothing to wait for.
        while (report?.Backends.FirstOrDefault(candidate => candidate.Name == _before!.Name) is { } backend)
        {
            if (backend.State is not (BackendState.Down or BackendState.Unknown)) return null;
            if (_time.GetElapsedTime(began) >= LongestReturn) return backend.Cause ?? "its checks have not passed yet";
            await Task.Delay(LookInterval, _time, ct);
            report = await _client!.ReportAsync(ct);
        }

        return null;
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                try
                {
                    // Never cut off: what is still on its way would come after the instance was given back.
                    await HoldAsync(_request, CancellationToken.None);
                }
                catch (DevOpsException)
                {
                    // It may be restarting. The next renewal tries again, and without any the hold runs out by itself.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
    }

    private async Task StopRenewingAsync()
    {
        await _ending.CancelAsync();
        await _renewing;
    }
}
