using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace DevOps.Core.Heartbeats.Redis;

/// <summary>
/// Makes the client library's connections for it, so that it can be said why one cannot be made; and makes the first one
/// only, so that the library connects to nothing again by itself.
/// </summary>
/// <param name="host">The server's name or address.</param>
/// <param name="port">Its port.</param>
internal sealed class RedisTunnel(string host, int port) : Tunnel
{
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _attempts;

    /// <summary>What the server answered.</summary>
    public RedisTranscript Transcript { get; } = new();

    /// <summary>Ends once no connection could be made, with why; never when one was, or when the client library gave up.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Whether the server has ended the connection.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    // No socket of the library's own.
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => new((EndPoint?)null);

    /// <inheritdoc/>
    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _attempts) > 1) throw new IOException("This connection is made once.");
        try
        {
            return new HeardStream(await TcpCheck.ConnectAsync(host, port, cancellationToken), this);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _failed.TrySetResult(exception);
            throw;
        }
    }

    /// <summary>The connection, as it is read.</summary>
    private sealed class HeardStream(Socket socket, RedisTunnel tunnel) : NetworkStream(socket, ownsSocket: true)
    {
        public override int Read(Span<byte> buffer) => Heard(base.Read(buffer), buffer);

        public override int Read(byte[] buffer, int offset, int count) => Heard(base.Read(buffer, offset, count), buffer.AsSpan(offset));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Heard(await base.ReadAsync(buffer, cancellationToken), buffer.Span);

        private int Heard(int length, ReadOnlySpan<byte> buffer)
        {
            if (length == 0) tunnel.HasEnded = true;
            else tunnel.Transcript.Take(buffer[..length]);
            return length;
        }
    }
}
