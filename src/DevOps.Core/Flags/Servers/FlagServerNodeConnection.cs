using DevOps.Core.Hosts;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>A connection to one node, which answers for itself: nothing that is asked here goes to another node.</summary>
public sealed class FlagServerNodeConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IServer _server;
    private readonly FlagServerRoute _route;

    internal FlagServerNodeConnection(SavedFlagServerNode node, ConnectionMultiplexer multiplexer, FlagServerRoute route)
    {
        Node = node;
        _multiplexer = multiplexer;
        _route = route;
        _server = multiplexer.GetServer(multiplexer.GetEndPoints()[0]);
        // Roles change. The library would refuse changes for what was a replica when it looked last; what the database is
        // asked for, the node itself refuses or does.
        _server.AllowReplicaWrites = true;
    }

    /// <summary>The node's name: its droplet's, else its address.</summary>
    public string Name => Node.Name;

    /// <summary>What part it played when the connection was opened.</summary>
    public FeatureFlagServerRole Role => Info.Role;

    /// <summary>The connection. Waiting commands (WAIT) would hold up all others of it: they want one of their own.</summary>
    public IConnectionMultiplexer Multiplexer => _multiplexer;

    /// <summary>The node's data.</summary>
    public IDatabase Database => _multiplexer.GetDatabase();

    /// <summary>The node, as it is kept.</summary>
    internal SavedFlagServerNode Node { get; }

    /// <summary>What it told last.</summary>
    internal FlagServerInfo Info { get; private set; } = FlagServerInfo.Read(string.Empty);

    /// <summary>The SSH connection that leads to it; nothing for a node that is reached directly.</summary>
    internal HostSession? Host => _route.Host;

    /// <summary>Has the node tell about itself.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What it told.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNodeUnreachable</c>, <c>FeatureFlagServerCommandRefused</c>.</exception>
    internal async Task<FlagServerInfo> AskAsync(CancellationToken ct) =>
        Info = FlagServerInfo.Read((string?)await ExecuteAsync(["INFO"], ct) ?? string.Empty);

    /// <summary>Has the client library look again what part the node plays.</summary>
    /// <returns>A task that ends once it has.</returns>
    internal Task ReconfigureAsync() => _multiplexer.ConfigureAsync();

    /// <summary>Has the node do something.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNodeUnreachable</c>, <c>FeatureFlagServerCommandRefused</c>.</exception>
    internal async Task<RedisResult> ExecuteAsync(string[] command, CancellationToken ct)
    {
        try
        {
            return await _server.ExecuteAsync(command[0], [.. command[1..]]).WaitAsync(ct);
        }
        catch (RedisServerException exception)
        {
            throw new DevOpsException(
                "FeatureFlagServerCommandRefused",
                FailureKind.OperationFailed,
                $"Node '{Name}' refuses {command[0]}: {exception.Message}",
                "Get-FeatureFlagServer shows how the node stands.",
                Name,
                exception);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
        {
            throw new DevOpsException(
                "FeatureFlagServerNodeUnreachable",
                FailureKind.Unavailable,
                $"Node '{Name}' does not answer any more.",
                "Get-FeatureFlagServer shows how the node stands.",
                Name,
                exception);
        }
    }

    /// <summary>Ends the connection.</summary>
    /// <returns>A task that ends once it is ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        await _multiplexer.DisposeAsync();
        await _route.DisposeAsync();
    }
}
