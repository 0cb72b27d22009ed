using StackExchange.Redis;

namespace DevOps.Core.Flags.Store;

/// <summary>Subscribes to what a server tells of flags.</summary>
internal static class FlagNews
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Subscribes to changes of flags, and to plain keys that are set.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="onChange">Is told of a change: <c>VERSION NAME</c>.</param>
    /// <param name="onKey">Is told of a plain key that was set: its name.</param>
    /// <returns>A task that ends once the server has agreed.</returns>
    /// <exception cref="RedisException">It has not.</exception>
    public static async Task SubscribeAsync(IConnectionMultiplexer connection, Action<RedisValue> onChange, Action<RedisValue> onKey)
    {
        await SubscribeAsync(connection, FlagKeys.Changes, onChange).ConfigureAwait(false);
        await SubscribeAsync(connection, FlagKeys.KeySet, onKey).ConfigureAwait(false);
    }

    // The library makes a second connection for messages, and neither waits for it nor says when it is there.
    private static async Task SubscribeAsync(IConnectionMultiplexer connection, RedisChannel channel, Action<RedisValue> heard)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await connection.GetSubscriber().SubscribeAsync(channel, (_, message) => heard(message)).ConfigureAwait(false);
                return;
            }
            catch (RedisConnectionException) when (connection.IsConnected && !patience.IsCancellationRequested)
            {
                await connection.GetSubscriber().UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget).ConfigureAwait(false);
                await Task.Delay(Pause).ConfigureAwait(false);
            }
        }
    }
}
