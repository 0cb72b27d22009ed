using System.Net;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>How connections to Redis servers with flags are made, and whether they are those of who was named.</summary>
internal static class FlagServerLogin
{
    /// <summary>Redis' own name of the user who logs in without one.</summary>
    public const string DefaultUser = "default";

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Options of a connection to one node, which speaks for itself alone.</summary>
    /// <param name="endPoint">The node.</param>
    /// <param name="login">Who logs in.</param>
    /// <param name="isEncrypted">Whether the connection is encrypted.</param>
    /// <param name="answerLimit">How long an answer may take.</param>
    /// <returns>The client library's options.</returns>
    public static ConfigurationOptions Options(EndPoint endPoint, SavedFlagServerLogin login, bool isEncrypted, TimeSpan answerLimit) => new()
    {
        EndPoints = { endPoint },
        User = login.User,
        Password = login.Password,
        Ssl = isEncrypted,
        ClientName = "devops",
        AbortOnConnectFail = true,
        ConnectRetry = 1,
        ConnectTimeout = (int)ConnectLimit.TotalMilliseconds,
        AsyncTimeout = (int)answerLimit.TotalMilliseconds,
        // What is asked while there is no connection fails. A change that waited for one would be made after it was said to have failed.
        BacklogPolicy = BacklogPolicy.FailFast,
        // Who is master is asked of the nodes themselves: no node speaks for another.
        TieBreaker = string.Empty,
        ConfigurationChannel = string.Empty,
        AllowAdmin = true,
        IncludeDetailInExceptions = false,
    };

    /// <summary>Whether a connection is that of a user. Where no password is needed, the library goes on as the default user after a wrong one.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="login">Who was to log in.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="RedisException">The server does not say.</exception>
    public static async Task<bool> IsAsync(IConnectionMultiplexer connection, SavedFlagServerLogin login)
    {
        var client = (string?)await connection.GetServers()[0].ExecuteAsync("CLIENT", "INFO").ConfigureAwait(false) ?? string.Empty;
        return client.Split(' ').Contains($"user={login.User ?? DefaultUser}", StringComparer.Ordinal);
    }
}
