using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace DevOps.Core.Heartbeats.Redis;

/// <summary>
/// One connection to one Redis server, which answers for itself: nothing is sent elsewhere and nothing is remembered. Once
/// it has failed it is of no more use: a new one is opened when somebody asks again, and not before.
/// </summary>
internal sealed class RedisLink : IKeptConnection
{
    // Checks have limits of their own, and these are to say nothing before them.
    private static readonly TimeSpan NoLimit = TimeSpan.FromMinutes(2);

    private readonly ConnectionMultiplexer _connection;
    private readonly IServer _server;
    private readonly RedisTunnel _tunnel;
    private volatile bool _isBroken;

    private RedisLink(ConnectionMultiplexer connection, RedisTunnel tunnel)
    {
        _connection = connection;
        _tunnel = tunnel;
        _server = connection.GetServer(connection.GetEndPoints()[0]);
        connection.ConnectionFailed += (_, _) => _isBroken = true;
        // It may have failed before anybody listened.
        _isBroken = !_server.IsConnected;
    }

    /// <inheritdoc/>
    public bool IsBroken => _isBroken || _tunnel.HasEnded;

    /// <summary>Connects to a server and logs in.</summary>
    /// <param name="host">Its name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="userName">Who logs in; the default user when nothing.</param>
    /// <param name="password">The password, if there is one.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="HeartbeatCheckException">The server does not let anybody in, or is none.</exception>
    /// <exception cref="Exception">There is no connection.</exception>
    public static async Task<RedisLink> OpenAsync(string host, int port, string? userName, string? password, TimeSpan timeout)
    {
        var tunnel = new RedisTunnel(host, port);
        var options = Options(host, port, timeout);
        (options.User, options.Password, options.Tunnel) = (userName, password, tunnel);
        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        // The library does not always hear of a failure, and then waits until the time is over.
        await Task.WhenAny(connecting, tunnel.Failed);
        if (tunnel.Failed.IsCompleted)
        {
            Abandon(connecting);
            throw await tunnel.Failed;
        }

        try
        {
            return new RedisLink(await connecting, tunnel);
        }
        catch (RedisConnectionException exception)
        {
            if (tunnel.Transcript.Fault(password is not null) is { } fault) throw new HeartbeatCheckException(fault.Cause, fault.Evidence, exception);
            if (tunnel.HasEnded) throw new HeartbeatCheckException("the connection was ended without an answer", inner: exception);
            throw new HeartbeatCheckException(string.Create(CultureInfo.InvariantCulture, $"it did not answer within {timeout.TotalSeconds:0.###} s"), inner: exception);
        }
    }

    /// <summary>Has the server say that it is alive, and what it knows of its replication and memory.</summary>
    /// <returns>What it said, by name.</returns>
    /// <exception cref="RedisException">It did not, or the connection has failed.</exception>
    public async Task<IReadOnlyDictionary<string, string>> AskAsync()
    {
        // Sent together, answered in this order.
        var ping = _server.ExecuteAsync("PING");
        Task<RedisResult>[] sections = [_server.ExecuteAsync("INFO", "replication"), _server.ExecuteAsync("INFO", "memory")];
        Task all = Task.WhenAll([ping, .. sections]);
        // The first failure is the one that counts; awaiting all of them observes the others.
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ping;
        var info = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in sections)
        {
            foreach (var (name, value) in RedisInfo.Read((string?)await section ?? string.Empty)) info[name] = value;
        }

        return info;
    }

    /// <summary>Ends the connection.</summary>
    /// <returns>A task that ends once it is ended.</returns>
    public async ValueTask DisposeAsync()
    {
        _isBroken = true;
        await _connection.CloseAsync(allowCommandsToComplete: false);
        await _connection.DisposeAsync();
    }

    // It ends by its own limit.
    private static void Abandon(Task<ConnectionMultiplexer> connecting) => _ = connecting.ContinueWith(
        static ended =>
        {
            if (ended.IsCompletedSuccessfully) ended.Result.Dispose();
            else _ = ended.Exception;
        },
        TaskScheduler.Default);

    private static ConfigurationOptions Options(string host, int port, TimeSpan timeout)
    {
        var milliseconds = (int)timeout.TotalMilliseconds;
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = milliseconds,
            AsyncTimeout = (int)NoLimit.TotalMilliseconds,
            // What is asked while there is no connection fails, and does not wait for one.
            BacklogPolicy = BacklogPolicy.FailFast,
            // One connection: no second one for messages, nothing that is asked in between.
            Protocol = RedisProtocol.Resp2,
            ConfigurationChannel = string.Empty,
            TieBreaker = string.Empty,
            ConfigCheckSeconds = int.MaxValue / 1000,
            SetClientLibrary = false,
            IncludeDetailInExceptions = false,
            // INFO counts as administration. With these three, a user needs no more rights than +ping and +info.
            AllowAdmin = true,
            CommandMap = CommandMap.Create(["AUTH", "PING", "INFO"], available: true),
        };
        options.EndPoints.Add(IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port));
        return options;
    }
}
