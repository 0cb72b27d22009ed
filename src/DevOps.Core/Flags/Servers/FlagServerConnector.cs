using DevOps.Core.Flags.Definitions;
using DevOps.Core.State;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>Connects to feature flag servers.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class FlagServerConnector(StateFolder state)
{
    // Redis' own name of the user who logs in without one.
    private const string DefaultUser = "default";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The servers that are known.</summary>
    public FlagServerStore Servers { get; } = new(state);

    /// <summary>Connects to a server that is known.</summary>
    /// <param name="name">Its exact name; nothing for the selected one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="DevOpsException">It is not known, does not answer, or does not let this user in; the id says which.</exception>
    public Task<FlagServerConnection> OpenAsync(string? name, CancellationToken cancellation) => ConnectAsync(Servers.GetOrSelected(name), cancellation);

    /// <summary>Tries a server, and keeps it when it answers.</summary>
    /// <param name="server">Where it is, and who logs in.</param>
    /// <param name="isSelected">Whether it becomes the selected one although another is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How it is.</returns>
    /// <exception cref="DevOpsException">It cannot be right, does not answer, or does not let this user in; the id says which. Nothing is kept then.</exception>
    public async Task<Model.FeatureFlagServer> SaveAsync(FlagServerAddress server, bool isSelected, CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(server.Check(), cancellation).ConfigureAwait(false);
        Servers.Save(server);
        if (isSelected || Servers.Selected() is null) Servers.Select(server.Name);
        return await FlagServerStatus.OfAsync(connection, Servers.Selected() == server.Name).ConfigureAwait(false);
    }

    /// <summary>Says how a server is.</summary>
    /// <param name="name">Its exact name.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How it is.</returns>
    /// <exception cref="DevOpsException">It is not known, does not answer, or does not let this user in; the id says which.</exception>
    public async Task<Model.FeatureFlagServer> StatusAsync(string name, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(name, cancellation).ConfigureAwait(false);
        return await FlagServerStatus.OfAsync(connection, Servers.Selected() == name).ConfigureAwait(false);
    }

    /// <summary>How a connection to a server is made.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The client library's options.</returns>
    internal static ConfigurationOptions Options(FlagServerAddress server) => new()
    {
        EndPoints = { { server.Host, server.Port } },
        User = server.UserName,
        Password = server.Password,
        Ssl = server.IsEncrypted,
        AbortOnConnectFail = true,
        ConnectRetry = 1,
        ConnectTimeout = (int)Timeout.TotalMilliseconds,
        // WAIT takes its time on the same connection.
        AsyncTimeout = (int)TimeSpan.FromMinutes(1).TotalMilliseconds,
        // What is asked while there is no connection fails, and does not wait for one.
        BacklogPolicy = BacklogPolicy.FailFast,
        // INFO, and CLIENT ID.
        AllowAdmin = true,
        ConfigurationChannel = string.Empty,
        TieBreaker = string.Empty,
        SetClientLibrary = false,
        IncludeDetailInExceptions = false,
        ClientName = "DevOps",
    };

    /// <summary>Makes a connection.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">How.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="DevOpsException">The server cannot be reached, or does not let this user in; the id says which.</exception>
    internal static async Task<ConnectionMultiplexer> OpenAsync(FlagServerAddress server, ConfigurationOptions options)
    {
        ConnectionMultiplexer? connection = null;
        try
        {
            connection = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);

            // Where no password is needed, the library goes on as the default user after a wrong one.
            var client = (string?)await connection.GetServers()[0].ExecuteAsync("CLIENT", "INFO").ConfigureAwait(false) ?? string.Empty;
            if (client.Split(' ').Contains($"user={server.UserName ?? DefaultUser}", StringComparer.Ordinal)) return connection;
        }
        catch (RedisServerException failure)
        {
            await DisposeAsync(connection).ConfigureAwait(false);
            throw Refused(server, failure);
        }
        catch (Exception failure) when (failure is RedisConnectionException or RedisTimeoutException)
        {
            await DisposeAsync(connection).ConfigureAwait(false);
            throw failure is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
                ? Refused(server, failure)
                : new DevOpsException("FeatureFlagServerUnreachable", FailureKind.Unavailable, $"The feature flag server {server} cannot be reached: {FlagText.Short(failure.Message)}", "Check that it runs, and its address; Connect-FeatureFlagServer names another.", server.Name, failure);
        }

        await DisposeAsync(connection).ConfigureAwait(false);
        throw Refused(server, null);
    }

    private static async Task<FlagServerConnection> ConnectAsync(FlagServerAddress server, CancellationToken cancellation) =>
        new(server, await OpenAsync(server, Options(server)).WaitAsync(cancellation).ConfigureAwait(false));

    private static ValueTask DisposeAsync(ConnectionMultiplexer? connection) => connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static DevOpsException Refused(FlagServerAddress server, Exception? inner) => new(
        "FeatureFlagServerRefused",
        FailureKind.Unauthorized,
        $"The feature flag server {server} does not let {server.UserName ?? DefaultUser} in: the name or the password is wrong, or the user may not do what is needed.",
        $"Connect-FeatureFlagServer {server.Name} -Uri {server.Uri} -Credential names who logs in.",
        server.Name,
        inner);
}
