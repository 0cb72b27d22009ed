using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A request as it arrived.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Its headers, with names in lower case.</param>
/// <param name="Body">Its body.</param>
public sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>What is to be answered.</summary>
/// <param name="Status">The status; 0 closes the connection without an answer, -1 never answers.</param>
/// <param name="Json">The body.</param>
/// <param name="Headers">More headers, each a whole line.</param>
public sealed record ScriptedAnswer(int Status, string Json = "", params string[] Headers)
{
    /// <summary>Closes the connection after the request was read.</summary>
    public static ScriptedAnswer Break { get; } = new(0);

    /// <summary>Keeps the connection open and says nothing.</summary>
    public static ScriptedAnswer Silence { get; } = new(-1);
}

/// <summary>A real HTTP server on loopback that answers what a function says, also with broken connections.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<SeenRequest> _requests = [];
    private readonly Func<SeenRequest, ScriptedAnswer> _answer;
    private readonly Task _accepting;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">What to answer; called for one request at a time.</param>
    /// <param name="port">The port; any free one when zero.</param>
    /// <param name="address">The address; 127.0.0.1 unless told.</param>
    public LoopbackServer(Func<SeenRequest, ScriptedAnswer> answer, int port = 0, IPAddress? address = null)
    {
        _answer = answer;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{_listener.LocalEndpoint}/"));
        _accepting = AcceptAsync();
    }

    /// <summary>Its address.</summary>
    public Uri Address { get; }

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<SeenRequest> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    /// <summary>Starts a server that gives the answers in turn, and the last one for ever.</summary>
    /// <param name="answers">The answers.</param>
    /// <returns>The server.</returns>
    public static LoopbackServer InTurn(params ScriptedAnswer[] answers)
    {
        var next = 0;
        return new LoopbackServer(_ => answers[Math.Min(next++, answers.Length - 1)]);
    }

    /// <summary>Stops the server.</summary>
    /// <returns>A task that ends with it.</returns>
    public async ValueTask DisposeAsync()
    {
        // The token alone ends the loop: a listener that is stopped between two accepts makes the next one fail in its own way.
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = client.GetStream();
            if (await ReadAsync(stream, _stopping.Token) is not { } request) return;
            ScriptedAnswer answer;
            lock (_requests)
            {
                _requests.Add(request);
                answer = _answer(request);
            }

            if (answer.Status == 0) return;
            if (answer.Status < 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _stopping.Token);
                return;
            }

            var body = Encoding.UTF8.GetBytes(answer.Json);
            var head = new StringBuilder();
            head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Scripted\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n");
            foreach (var line in answer.Headers) head.Append(line).Append("\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stopping.Token);
            await stream.WriteAsync(body, _stopping.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has gone or the server is stopped: nobody to answer.
        }
    }

    /// <summary>Reads one request.</summary>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>The request; nothing when the client has gone.</returns>
    internal static async Task<SeenRequest?> ReadAsync(Stream stream, CancellationToken ct)
    {
        if (await ReadUntilAsync(stream, "\r\n\r\n", ct) is not { } head) return null;
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0].ToLowerInvariant(), parts => parts[1], StringComparer.Ordinal);
        if (headers.ContainsKey("transfer-encoding")) return new SeenRequest(words[0], words[1], headers, await ReadChunksAsync(stream, ct));
        var body = new byte[headers.TryGetValue("content-length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, ct);
        return new SeenRequest(words[0], words[1], headers, Encoding.UTF8.GetString(body));
    }

    private static async Task<string?> ReadUntilAsync(Stream stream, string end, CancellationToken ct)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (text.Length < end.Length || text.ToString(text.Length - end.Length, end.Length) != end)
        {
            if (await stream.ReadAsync(one, ct) == 0) return null;
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    private static async Task<string> ReadChunksAsync(Stream stream, CancellationToken ct)
    {
        var body = new List<byte>();
        while (await ReadUntilAsync(stream, "\r\n", ct) is { } size && int.Parse(size.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            var chunk = new byte[length];
            await stream.ReadExactlyAsync(chunk, ct);
            body.AddRange(chunk);
            await ReadUntilAsync(stream, "\r\n", ct);
        }

        await ReadUntilAsync(stream, "\r\n", ct);
        return Encoding.UTF8.GetString([.. body]);
    }
}
