using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A real HTTP server on a Unix socket, as the administration sockets of servers are, that answers what a function says.</summary>
public sealed class AdministrationServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<SeenRequest, Task<ScriptedAnswer>> _answer;
    private readonly string _socketFile;
    private readonly Task _accepting;

    /// <summary>Starts the server.</summary>
    /// <param name="socketFile">The socket's path.</param>
    /// <param name="answer">What to answer; called for several requests at a time.</param>
    public AdministrationServer(string socketFile, Func<SeenRequest, Task<ScriptedAnswer>> answer)
    {
        _answer = answer;
        _socketFile = socketFile;
        _listener.Bind(new UnixDomainSocketEndPoint(socketFile));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Stops the server and takes its socket away.</summary>
    /// <returns>A task that ends with it.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        File.Delete(_socketFile);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            while (await LoopbackServer.ReadAsync(stream, _stopping.Token) is { } request)
            {
                var answer = await _answer(request).WaitAsync(_stopping.Token);
                if (answer.Status == 0) return;
                var body = Encoding.UTF8.GetBytes(answer.Json);
                var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Scripted\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stopping.Token);
                await stream.WriteAsync(body, _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has gone or the server is stopped: nobody to answer.
        }
    }
}
