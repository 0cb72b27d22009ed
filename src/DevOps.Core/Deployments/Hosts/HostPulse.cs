namespace DevOps.Core.Deployments.Hosts;

/// <summary>
/// Waits for long work on a host for as long as the host answers at all. A host that vanishes closes no connection, so
/// without this, work that may take many minutes would be waited for that long.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class HostPulse(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Waits for work, and gives it up when the host does not answer meanwhile.</summary>
    /// <typeparam name="T">The work's result.</typeparam>
    /// <param name="work">The work; its token is cancelled when it is given up.</param>
    /// <param name="ask">Asks the host for any answer.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The work's result.</returns>
    /// <exception cref="DevOpsException">Why the host did not answer, or what the work throws.</exception>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> work, Func<CancellationToken, Task> ask, CancellationToken ct)
    {
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = work(givenUp.Token);
        while (!await EndsWithinAsync(running, ct))
        {
            try
            {
                await ask(ct);
            }
            catch (DevOpsException failure) when (failure.Kind is FailureKind.Unavailable or FailureKind.Timeout)
            {
                // It may have ended just before the host went.
                if (running.IsCompletedSuccessfully) break;
                await givenUp.CancelAsync();
                await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }

        return await running;
    }

    private async Task<bool> EndsWithinAsync(Task running, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ended = await Task.WhenAny(running, Task.Delay(Interval, time, over.Token)) == running;
        await over.CancelAsync();
        // Whoever cancelled the work hears of it from the work itself.
        return ended || ct.IsCancellationRequested;
    }
}
