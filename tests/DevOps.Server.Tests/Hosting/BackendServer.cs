using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DevOps.Server.Tests.Hosting;

/// <summary>How a <see cref="BackendServer"/> answers.</summary>
internal enum Behaviour
{
    /// <summary>200, with its name and the length of the request's body.</summary>
    Serve,

    /// <summary>500.</summary>
    Fail,

    /// <summary>500 to one request of a hundred.</summary>
    FailSometimes,

    /// <summary>As <see cref="Serve"/>, but after <see cref="BackendServer.Delay"/>.</summary>
    ServeLate,

    /// <summary>Begins an answer of known length and closes in the middle.</summary>
    CutKnownLength,

    /// <summary>Begins a chunked answer and closes in the middle.</summary>
    CutChunks,

    /// <summary>Answers with something that is not HTTP.</summary>
    Babble,

    /// <summary>Takes the request and closes without a word.</summary>
    HangUp,
}

/// <summary>
/// A real HTTP/1.1 server on a port of its own that can be told to misbehave. It reads requests by itself, because no
/// well-made server would send what it must. Every path is served; <c>/size/N</c> gets N bytes, <c>/chunks/N</c> N chunks,
/// <c>/echo</c> the request's head, <c>/events/N</c> N server-sent events.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2213", Justification = "A source without timer or links needs no disposal, and a test may stop a server twice.")]
internal sealed class BackendServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private int _requests;

    public BackendServer(string name, int port = 0)
    {
        Name = name;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        _listener.Start(4_096);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public string Name { get; }

    public int Port { get; }

    public Uri Uri => new($"http://127.0.0.1:{Port}/");

    /// <summary>How it answers everything but checks.</summary>
    public Behaviour Behaviour { get; set; }

    /// <summary>How it answers the path <c>/check</c>.</summary>
    public Behaviour CheckBehaviour { get; set; }

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many requests it has read, checks not counted.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = ServeAsync(client, _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken ct)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                await using var closing = ct.Register(client.Close);
                var reader = new RequestReader(stream);
                while (await reader.ReadAsync() is { } request)
                {
                    if (!await AnswerAsync(stream, request)) return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The balancer went away, or the test is over.
        }
    }

    // Gives false when the connection ends with this answer.
    private async Task<bool> AnswerAsync(NetworkStream stream, TestRequest request)
    {
        var isCheck = request.Target == "/check";
        var number = isCheck ? 0 : Interlocked.Increment(ref _requests);
        var behaviour = isCheck ? CheckBehaviour : Behaviour;
        switch (behaviour)
        {
            case Behaviour.Fail:
            case Behaviour.FailSometimes when number % 100 == 0:
                await SendAsync(stream, Whole("500 Internal Server Error", $"{Name} failed"));
                return true;
            case Behaviour.ServeLate:
                await Task.Delay(Delay);
                break;
            case Behaviour.CutKnownLength:
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
                return false;
            case Behaviour.CutChunks:
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                return false;
            case Behaviour.Babble:
                await SendAsync(stream, "I am not a web server.\r\n\r\n");
                return false;
            case Behaviour.HangUp:
                return false;
        }

        await ServeAsync(stream, request);
        return true;
    }

    private async Task ServeAsync(NetworkStream stream, TestRequest request)
    {
        if (Count(request, "/size/") is { } size)
        {
            await SendAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n");
            var block = new byte[64 * 1024];
            for (var rest = size; rest > 0; rest -= block.Length) await stream.WriteAsync(block.AsMemory(0, Math.Min(rest, block.Length)));
        }
        else if (Count(request, "/chunks/") is { } chunks)
        {
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var chunk = 0; chunk < chunks; chunk++) await SendAsync(stream, "5\r\nhello\r\n");
            await SendAsync(stream, "0\r\n\r\n");
        }
        else if (Count(request, "/events/") is { } events)
        {
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var number = 1; number <= events; number++)
            {
                var text = $"data: {number}\n\n";
                await SendAsync(stream, $"{text.Length:x}\r\n{text}\r\n");
                await Task.Delay(50);
            }

            await SendAsync(stream, "0\r\n\r\n");
        }
        else
        {
            var body = request.Target == "/echo" ? request.Head : $"{Name} {request.BodyLength}";
            await SendAsync(stream, Whole("200 OK", body));
        }
    }

    private static int? Count(TestRequest request, string prefix) =>
        request.Target.StartsWith(prefix, StringComparison.Ordinal) ? int.Parse(request.Target[prefix.Length..], CultureInfo.InvariantCulture) : null;

    private static string Whole(string status, string body) => $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static ValueTask SendAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text));
}
