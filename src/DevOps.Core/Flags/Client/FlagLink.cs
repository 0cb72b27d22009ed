using System.Net;
using DevOps.Core.Flags.Servers;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Client;

/// <summary>Makes a client's connection.</summary>
internal static class FlagLink
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>Makes it. Once it was made, the library makes it again by itself.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="retry">How long to wait before it is made again.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="RedisException">There is none.</exception>
    /// <exception cref="DevOpsException">The server lets somebody else in than who was named (<c>FeatureFlagServerRefused</c>), or its certificate is not accepted (<c>FeatureFlagServerCertificateRefused</c>).</exception>
    public static async Task<ConnectionMultiplexer> OpenAsync(FlagSourceAddress address, TimeSpan retry)
    {
        var login = new SavedFlagServerLogin(address.UserName, address.Password);
        EndPoint endPoint = IPAddress.TryParse(address.Host, out var parsed) ? new IPEndPoint(parsed, address.Port) : new DnsEndPoint(address.Host, address.Port);
        var options = FlagServerLogin.Options(endPoint, login, address.IsEncrypted, AnswerLimit);
        options.ReconnectRetryPolicy = new LinearRetry((int)retry.TotalMilliseconds);
        var connection = await ConnectAsync(options, address).ConfigureAwait(false);
        try
        {
            if (await FlagServerLogin.IsAsync(connection, login).ConfigureAwait(false)) return connection;
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        throw new DevOpsException(
            "FeatureFlagServerRefused",
            FailureKind.Unauthorized,
            $"The feature flag server {address} does not let {login} in.",
            "Give the right user name and password.",
            address);
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions options, FlagSourceAddress address)
    {
        try
        {
            return await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        }
        catch (RedisConnectionException failure)
        {
            var untrusted = FlagServerCertificate.Explain($"the feature flag server {address}", address, failure);
            if (untrusted is null) throw;
            throw untrusted;
        }
    }
}
