using DevOps.Core.Flags.Store;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Servers;

/// <summary>An open connection to a feature flag server.</summary>
public sealed class FlagServerConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _master;

    internal FlagServerConnection(FlagServerAddress server, ConnectionMultiplexer master)
    {
        _master = master;
        Name = server.Name;
        Server = server;
        Flags = new FlagStore(master);
    }

    /// <summary>The server's name.</summary>
    public string Name { get; }

    /// <summary>Its flags.</summary>
    public FlagStore Flags { get; }

    internal FlagServerAddress Server { get; }

    internal IServer Master => _master.GetServers()[0];

    /// <summary>Ends the connection.</summary>
    /// <returns>A task that ends once it is ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await _master.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await _master.DisposeAsync().ConfigureAwait(false);
    }
}
