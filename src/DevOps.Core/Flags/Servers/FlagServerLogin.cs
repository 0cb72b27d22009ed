using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>Finds out who was let in.</summary>
internal static class FlagServerLogin
{
    /// <summary>Redis' own name of the user who logs in without one.</summary>
    public const string DefaultUser = "default";

    /// <summary>Whether a connection is that of a user. Where no password is needed, the library goes on as the default user after a wrong one.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="user">The user; the default one when nothing.</param>
    /// <returns>Whether it is.</returns>
    /// <exception cref="RedisException">The server does not say.</exception>
    public static async Task<bool> IsAsync(IConnectionMultiplexer connection, string? user)
    {
        var client = (string?)await connection.GetServers()[0].ExecuteAsync("CLIENT", "INFO").ConfigureAwait(false) ?? string.Empty;
        return client.Split(' ').Contains($"user={user ?? DefaultUser}", StringComparer.Ordinal);
    }
}
