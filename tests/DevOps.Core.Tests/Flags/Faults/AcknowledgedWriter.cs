using System.Collections.Concurrent;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>A change that returned, and that all replicas that were linked had acknowledged.</summary>
/// <param name="Flag">The flag.</param>
/// <param name="Version">Its version.</param>
/// <param name="Value">Its value.</param>
internal sealed record AcknowledgedChange(string Flag, long Version, int Value);

/// <summary>Changes flags without a pause, as cmdlets would one after the other, and writes down what was acknowledged.</summary>
internal sealed class AcknowledgedWriter : IAsyncDisposable
{
    private const int FlagCount = 10;

    private readonly FlagNodes _nodes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<AcknowledgedChange> _journal = new();
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly Task _writing;

    private AcknowledgedWriter(FlagNodes nodes)
    {
        _nodes = nodes;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>The flags that are changed, over and over.</summary>
    public static IEnumerable<string> Flags => Enumerable.Range(0, FlagCount).Select(number => $"flag-{number}");

    /// <summary>What was acknowledged so far, in order.</summary>
    public IReadOnlyList<AcknowledgedChange> Journal => [.. _journal];

    /// <summary>Starts it.</summary>
    /// <returns>The writer; every flag is there.</returns>
    public static async Task<AcknowledgedWriter> StartAsync(FlagNodes nodes)
    {
        var writer = new AcknowledgedWriter(nodes);
        await writer.AcknowledgedAsync(FlagCount);
        return writer;
    }

    /// <summary>Waits until more changes are acknowledged.</summary>
    /// <param name="more">How many more.</param>
    public Task AcknowledgedAsync(int more)
    {
        var wanted = _journal.Count + more;
        return Eventually.IsAsync(async () =>
        {
            // It never ends by itself: what it could not bear is told here.
            if (_writing.IsCompleted) await _writing;
            return _journal.Count >= wanted;
        });
    }

    /// <summary>Tells what was not acknowledged, by cause.</summary>
    public override string ToString() => $"{_journal.Count} acknowledged; {string.Join(", ", _failures.Select(failure => $"{failure.Key} {failure.Value}"))}";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        FlagServerConnection? connection = null;
        try
        {
            for (var value = 0; !_stopping.IsCancellationRequested; value++)
            {
                try
                {
                    connection ??= await _nodes.OpenAsync(FlagServerUser.Writer);
                    await WriteAsync(connection.Flags, $"flag-{value % FlagCount}", value);
                }
                catch (DevOpsException failure)
                {
                    _failures.AddOrUpdate(failure.Id, 1, static (_, count) => count + 1);
                    if (connection is not null) await connection.DisposeAsync();
                    connection = null;
                }
            }
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync();
        }
    }

    private async Task WriteAsync(FlagStore store, string flag, int value)
    {
        var (record, replicas) = await store.ChangeAsync(flag, _ => FlagBed.Number(flag, value), FlagBed.Write());
        if (replicas is { IsEnough: true, Acknowledged: >= 1 }) _journal.Enqueue(new AcknowledgedChange(flag, record.Version, value));
        else _failures.AddOrUpdate("replicas lagged", 1, static (_, count) => count + 1);
    }
}
