using DevOps.Core.Flags.Servers;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Client;

/// <summary>Makes a client's connection.</summary>
internal static class FlagLink
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes it. Once it was made, the library makes it again by itself.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="retry">How long to wait before it is made again.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="RedisException">There is none.</exception>
    /// <exception cref="DevOpsException">The server lets somebody else in than who was named (<c>FeatureFlagServerRefused</c>).</exception>
    public static async Task<ConnectionMultiplexer> OpenAsync(FlagSourceAddress address, TimeSpan retry)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port } },
            User = address.UserName,
            Password = address.Password,
            Ssl = address.IsEncrypted,
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)Timeout.TotalMilliseconds,
            AsyncTimeout = (int)Timeout.TotalMilliseconds,
            ReconnectRetryPolicy = new LinearRetry((int)retry.TotalMilliseconds),

            // What is asked while there is no connection fails, and does not wait for one.
            BacklogPolicy = BacklogPolicy.FailFast,
            ConfigurationChannel = string.Empty,
            TieBreaker = string.Empty,
            SetClientLibrary = false,
            IncludeDetailInExceptions = false,
            ClientName = "devops",
        }).ConfigureAwait(false);
        if (await FlagServerLogin.IsAsync(connection, address.UserName).ConfigureAwait(false)) return connection;
        await connection.DisposeAsync().ConfigureAwait(false);
        throw new DevOpsException(
            "FeatureFlagServerRefused",
            FailureKind.Unauthorized,
            $"The feature flag server {address} does not let {address.UserName ?? FlagServerLogin.DefaultUser} in.",
            "Give the right user name and password.",
            address);
    }
}
