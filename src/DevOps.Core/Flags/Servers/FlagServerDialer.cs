using System.Net.Sockets;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>Opens connections to nodes.</summary>
internal static class FlagServerDialer
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Connects to a node, logs in, and has it tell about itself.</summary>
    /// <param name="server">The server.</param>
    /// <param name="node">The node.</param>
    /// <param name="user">As whom.</param>
    /// <param name="route">The way there, which the connection takes over.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNodeUnreachable</c>, <c>FeatureFlagServerLoginRefused</c>, <c>FeatureFlagServerCertificateRefused</c>.</exception>
    public static async Task<FlagServerNodeConnection> OpenAsync(SavedFlagServer server, SavedFlagServerNode node, FlagServerUser user, FlagServerRoute route, CancellationToken ct)
    {
        FlagServerNodeConnection? connection = null;
        try
        {
            var login = server.LoginOf(user);
            var options = FlagServerLogin.Options(route.EndPoint, login, server.Uri?.Scheme == FlagServerAddress.TlsScheme, AnswerLimit);
            var multiplexer = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(ct);
            connection = new FlagServerNodeConnection(node, multiplexer, route);
            if (!await FlagServerLogin.IsAsync(multiplexer, login).WaitAsync(ct)) throw new UnauthorizedAccessException("The server let in somebody else.");
            await connection.AskAsync(ct);
            return connection;
        }
        catch (Exception exception)
        {
            await (connection?.DisposeAsync() ?? route.DisposeAsync());
            if (exception is RedisException or RedisTimeoutException or SocketException or IOException or UnauthorizedAccessException or DevOpsException) throw Explain(server, node, user, exception);
            throw;
        }
    }

    private static DevOpsException Explain(SavedFlagServer server, SavedFlagServerNode node, FlagServerUser user, Exception exception)
    {
        if (FlagServerCertificate.Explain($"node '{node.Name}' of feature flag server '{server.Name}'", server.Name, exception) is { } untrusted) return untrusted;
        var isRefused = exception is UnauthorizedAccessException or RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
            || exception.Causes().Any(cause => cause.Message.StartsWith("WRONGPASS", StringComparison.Ordinal) || cause.Message.StartsWith("NOAUTH", StringComparison.Ordinal) || cause.Message.StartsWith("NOPERM", StringComparison.Ordinal));
        if (isRefused)
        {
            return new DevOpsException(
                "FeatureFlagServerLoginRefused",
                FailureKind.Unauthorized,
                $"Node '{node.Name}' of feature flag server '{server.Name}' does not let in the account '{server.LoginOf(user)}'.",
                server.Uri is null ? $"Put its accounts right with Install-FeatureFlagServer -Fleet {server.Fleet} -Name {server.Name}." : $"Give the account and its password with Connect-FeatureFlagServer -Name {server.Name} -Uri {server.Uri} -Credential.",
                server.Name,
                exception);
        }

        return new DevOpsException(
            "FeatureFlagServerNodeUnreachable",
            FailureKind.Unavailable,
            $"Node '{node.Name}' of feature flag server '{server.Name}' does not answer at port {node.Port}.",
            server.Uri is null ? $"See what is wrong with Get-FeatureFlagServer {server.Name}; Install-FeatureFlagServer -Fleet {server.Fleet} -Name {server.Name} starts it again." : "See that it runs and that this machine reaches it.",
            server.Name,
            exception);
    }
}
