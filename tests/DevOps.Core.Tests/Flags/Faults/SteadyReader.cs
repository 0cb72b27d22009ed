using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>An application beside a node that evaluates flags all the time, whatever happens to the node.</summary>
internal sealed class SteadyReader : IAsyncDisposable
{
    // So often that it meets every state of its client, and leaves the processor to the others.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly FlagClient _client;
    private readonly string[] _flags;
    private readonly PeriodicTimer _timer = new(Interval);
    private readonly Task _reading;

    private SteadyReader(FlagClient client, IEnumerable<string> flags)
    {
        _client = client;
        _flags = [.. flags];
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>How its client is.</summary>
    public FlagClientStatus Status => _client.Status;

    /// <summary>Starts it.</summary>
    /// <param name="node">The node that it reads from.</param>
    /// <param name="flags">The flags that it evaluates, which are all there.</param>
    /// <returns>The reader.</returns>
    public static async Task<SteadyReader> StartAsync(FlagNode node, IEnumerable<string> flags) =>
        new(await FlagClient.StartAsync(node.ForReaders, cancellation: TestContext.Current.CancellationToken), flags);

    /// <summary>The value that it would use now.</summary>
    public int Value(string flag)
    {
        var resolution = _client.Evaluate(flag, FlagContext.Empty);
        // A flag that was known once is known for ever.
        return resolution.Variant is { } variant ? variant.Value.GetInt32() : throw new InvalidOperationException($"'{flag}' is not there any more: {resolution}, {_client.Status}.");
    }

    /// <summary>Waits until it has what its node has.</summary>
    /// <param name="version">The version that it must have.</param>
    public Task CaughtUpAsync(long version) => Eventually.IsAsync(() => _client.Status is { IsConnected: true } status && status.Version >= version);

    /// <summary>Fails when a single evaluation has failed.</summary>
    public Task CheckAsync() => _reading.IsFaulted ? _reading : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _client.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            foreach (var flag in _flags) _ = Value(flag);
        }
    }
}
