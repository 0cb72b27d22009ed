using System.Threading.Channels;
using DevOps.Core.DigitalOcean;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>
/// Looks at a fleet's droplets for everybody who waits for something about them: one list a tick, however many wait.
/// Nobody waiting means no requests.
/// </summary>
internal sealed class FleetWatch : IAsyncDisposable
{
    private readonly DropletInventory _inventory;
    private readonly string _fleet;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Channel<Waiter> _arrivals = Channel.CreateUnbounded<Waiter>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <summary>Makes a watch.</summary>
    /// <param name="inventory">What exists.</param>
    /// <param name="fleet">The fleet.</param>
    /// <param name="interval">The pause between two looks.</param>
    /// <param name="time">The clock.</param>
    public FleetWatch(DropletInventory inventory, string fleet, TimeSpan interval, TimeProvider time)
    {
        _inventory = inventory;
        _fleet = fleet;
        _interval = interval;
        _time = time;
        _loop = RunAsync();
    }

    /// <summary>Waits for a droplet.</summary>
    /// <param name="isWanted">Says which. A droplet that is not in the list is not gone: lists lag.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The droplet; nothing when it did not come in time although the API answered.</returns>
    public async Task<Droplet?> WaitAsync(Func<Droplet, bool> isWanted, TimeSpan limit, CancellationToken ct)
    {
        var waiter = new Waiter(isWanted, _time.GetTimestamp(), limit);
        await _arrivals.Writer.WriteAsync(waiter, ct);
        await using var cancelled = ct.Register(static state => ((Waiter)state!).Found.TrySetCanceled(), waiter);
        return await waiter.Found.Task;
    }

    /// <summary>Ends the watch.</summary>
    /// <returns>A task that ends with the last look.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var waiting = new List<Waiter>();
        try
        {
            while (true)
            {
                if (waiting.Count == 0) waiting.Add(await _arrivals.Reader.ReadAsync(_stopping.Token));
                while (_arrivals.Reader.TryRead(out var arrived)) waiting.Add(arrived);
                await LookAsync(waiting);
                waiting.RemoveAll(waiter => waiter.Found.Task.IsCompleted);
                if (waiting.Count > 0) await Task.Delay(_interval, _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            while (_arrivals.Reader.TryRead(out var arrived)) waiting.Add(arrived);
            foreach (var waiter in waiting) waiter.Found.TrySetCanceled(CancellationToken.None);
        }
    }

    private async Task LookAsync(List<Waiter> waiting)
    {
        try
        {
            var droplets = await _inventory.ListAsync(_fleet, _stopping.Token);
            foreach (var waiter in waiting)
            {
                var found = droplets.FirstOrDefault(waiter.IsWanted);
                if (found is not null || IsOver(waiter)) waiter.Found.TrySetResult(found);
            }
        }
        catch (DevOpsException failure)
        {
            // An API that is away for a while is waited for like a droplet; one that refuses is not.
            var mayPass = failure.Kind is FailureKind.Unavailable or FailureKind.Timeout or FailureKind.LimitExceeded;
            foreach (var waiter in waiting)
            {
                if (!mayPass || IsOver(waiter)) waiter.Found.TrySetException(failure);
            }
        }
    }

    private bool IsOver(Waiter waiter) => _time.GetElapsedTime(waiter.Since) >= waiter.Limit;

    private sealed record Waiter(Func<Droplet, bool> IsWanted, long Since, TimeSpan Limit)
    {
        public TaskCompletionSource<Droplet?> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
