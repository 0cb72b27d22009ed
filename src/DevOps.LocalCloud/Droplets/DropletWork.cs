using System.Collections.Concurrent;

namespace DevOps.LocalCloud.Droplets;

/// <summary>
/// Does the background work on droplets: what concerns one droplet in the order in which it was asked, a few droplets
/// at the same time.
/// </summary>
/// <param name="logger">Hears of work that ended by an unexpected failure.</param>
internal sealed class DropletWork(ILogger<DropletWork> logger) : IAsyncDisposable
{
    private const int AtTheSameTime = 4;

    private readonly ConcurrentDictionary<long, Task> _last = new();
    private readonly ConcurrentDictionary<int, bool> _reservedHosts = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _places = new(AtTheSameTime);
    private readonly Lock _lock = new();

    /// <summary>Host numbers of removed droplets whose containers are still there.</summary>
    public IEnumerable<int> ReservedHosts => _reservedHosts.Keys;

    /// <summary>Keeps a host number from being given away.</summary>
    /// <param name="host">The number.</param>
    public void ReserveHost(int host) => _reservedHosts[host] = true;

    /// <summary>Lets a host number be given away again.</summary>
    /// <param name="host">The number.</param>
    public void ReleaseHost(int host) => _reservedHosts.TryRemove(host, out _);

    /// <summary>Adds work on a droplet, after what was asked for it before.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="step">The work.</param>
    public void Start(long dropletId, Func<CancellationToken, Task> step)
    {
        lock (_lock)
        {
            var before = _last.GetValueOrDefault(dropletId, Task.CompletedTask);
            _last[dropletId] = RunAsync(before, dropletId, step);
        }
    }

    /// <summary>Waits until all work that was asked for has been done.</summary>
    /// <returns>A task that ends then.</returns>
    public Task WhenIdleAsync() => Task.WhenAll(_last.Values);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What is under way is ended; the next start of the cloud goes on with it.
        await _ending.CancelAsync();
        await WhenIdleAsync();
        _ending.Dispose();
        _places.Dispose();
    }

    private async Task RunAsync(Task before, long dropletId, Func<CancellationToken, Task> step)
    {
        // Never on the caller's thread: it answers a request, and holds the lock.
        await Task.Yield();
        await before;
        try
        {
            await _places.WaitAsync(_ending.Token);
            try
            {
                await step(_ending.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            logger.LogInformation("The work on droplet {Droplet} is left to the next start", dropletId);
        }
        catch (Exception exception)
        {
            // The last resort: one droplet's failure must not end the others' work.
            logger.LogCritical(exception, "The work on droplet {Droplet} failed", dropletId);
        }
    }
}
