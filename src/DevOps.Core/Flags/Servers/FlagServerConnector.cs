using DevOps.Core.Flags.Definitions;
using DevOps.Core.State;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>Connects to feature flag servers.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class FlagServerConnector(StateFolder state)
{
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

    private static async Task<FlagServerConnection> ConnectAsync(FlagServerAddress server, CancellationToken cancellation)
    {
        try
        {
            return new FlagServerConnection(server, await ConnectionMultiplexer.ConnectAsync(Options(server)).WaitAsync(cancellation).ConfigureAwait(false));
        }
        catch (RedisConnectionException failure)
        {
            throw failure.FailureType == ConnectionFailureType.AuthenticationFailure || failure.Message.Contains("WRONGPASS", StringComparison.Ordinal) || failure.Message.Contains("NOAUTH", StringComparison.Ordinal)
                ? new DevOpsException("FeatureFlagServerRefused", FailureKind.Unauthorized, $"The feature flag server {server} does not let {server.UserName ?? "the default user"} in.", $"Connect-FeatureFlagServer {server.Name} -Uri {server.Uri} -Credential names who logs in.", server.Name, failure)
                : new DevOpsException("FeatureFlagServerUnreachable", FailureKind.Unavailable, $"The feature flag server {server} cannot be reached: {FlagText.Short(failure.Message)}", "Check that it runs, and its address; Connect-FeatureFlagServer names another.", server.Name, failure);
        }
    }
}
