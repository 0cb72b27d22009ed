using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DevOps.Core.Servers;

/// <summary>Talks HTTP and JSON to a server of ours over its administration socket.</summary>
public sealed class AdministrationClient : IDisposable
{
    /// <summary>How long a server may take to answer when nothing else is said.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>Makes a client; connects at the first call.</summary>
    /// <param name="socketFile">The socket's full path.</param>
    /// <param name="answerTimeout">How long the server may take to answer; <see cref="AnswerTimeout"/> when nothing.</param>
    public AdministrationClient(string socketFile, TimeSpan? answerTimeout = null)
    {
        SocketFile = socketFile;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketFile), cancellation);
                    ProcessId = ListenerOf(socket) ?? ProcessId;
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/"), Timeout = answerTimeout ?? AnswerTimeout };
    }

    /// <summary>The socket's full path.</summary>
    public string SocketFile { get; }

    /// <summary>
    /// The process that listens, once a call has reached it: as the operating system knows it, so also when it does not
    /// answer. Nothing where the system does not tell.
    /// </summary>
    public int? ProcessId { get; private set; }

    /// <summary>Asks how the server is.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Its status; nothing when nobody listens.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<ServerStatus?> GetStatusAsync(CancellationToken cancellation)
    {
        // A missing file and a socket that its process left behind both mean that nobody is there.
        if (!File.Exists(SocketFile)) return null;
        try
        {
            return await _http.GetFromJsonAsync("status", ServerJson.Default.ServerStatus, cancellation);
        }
        catch (HttpRequestException exception) when (exception.StatusCode is null)
        {
            return null;
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw NotAnswering(exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw Invalid("status", exception);
        }
    }

    /// <summary>Asks the server to stop. It answers before it has ended.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Whether it heard; <see langword="false"/> when nobody listens.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>, <c>ServerNotAnswering</c>.</exception>
    public async Task<bool> StopAsync(CancellationToken cancellation)
    {
        if (!File.Exists(SocketFile)) return false;
        try
        {
            using var answer = await _http.PostAsync("stop", content: null, cancellation);
            return answer.IsSuccessStatusCode ? true : throw Invalid("stop", inner: null);
        }
        catch (HttpRequestException exception)
        {
            // One that went away while it was asked did what was wanted; a socket that nobody serves is nobody's answer.
            return exception.HttpRequestError != HttpRequestError.ConnectionError;
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw NotAnswering(exception);
        }
    }

    /// <summary>Reads something from the server.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="path">The path and query, without a leading slash.</param>
    /// <param name="type">How the answer is read.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The answer; nothing when the server answers 404.</returns>
    /// <exception cref="DevOpsException"><c>ServerNotRunning</c>, <c>ServerNotAnswering</c>, <c>ServerAnswerInvalid</c>, or what the server says went wrong.</exception>
    public Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    /// <summary>Sends something to the server.</summary>
    /// <typeparam name="TRequest">What is sent.</typeparam>
    /// <typeparam name="TAnswer">The answer.</typeparam>
    /// <param name="path">The path and query, without a leading slash.</param>
    /// <param name="request">What is sent.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="answerType">How the answer is read.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The answer; nothing when the server answers 404.</returns>
    /// <exception cref="DevOpsException"><c>ServerNotRunning</c>, <c>ServerNotAnswering</c>, <c>ServerAnswerInvalid</c>, or what the server says went wrong.</exception>
    public Task<TAnswer?> PostAsync<TRequest, TAnswer>(
        string path,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellation)
        where TAnswer : class
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(request, requestType) };
        return SendAsync(message, answerType, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // SO_PEERCRED of Linux: pid, uid and gid, 32 bits each, of whoever began to listen at the other end.
    private static int? ListenerOf(Socket socket)
    {
        const int SocketLevel = 1;
        const int PeerCredentials = 17;
        const int CredentialsLength = 3 * sizeof(int);
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == CredentialsLength
            && BitConverter.ToInt32(credentials) is var processId and > 0 ? processId : null;
    }

    private async Task<T?> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using (request)
            {
                using var answer = await _http.SendAsync(request, cancellation);
                if (answer.StatusCode == HttpStatusCode.NotFound) return null;
                if (answer.IsSuccessStatusCode) return await answer.Content.ReadFromJsonAsync(type, cancellation);
                if (answer.StatusCode == HttpStatusCode.Conflict) throw Told(await answer.Content.ReadFromJsonAsync(ServerJson.Default.ServerFailure, cancellation));
                throw Invalid(request.RequestUri!.ToString(), new HttpRequestException(await answer.Content.ReadAsStringAsync(cancellation)));
            }
        }
        catch (HttpRequestException exception) when (exception.StatusCode is null)
        {
            throw new DevOpsException(
                "ServerNotRunning",
                FailureKind.Unavailable,
                $"No server answers at '{SocketFile}': {exception.Message}",
                "Start it again.",
                SocketFile,
                exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw NotAnswering(exception);
        }
        catch (JsonException exception)
        {
            throw Invalid(request.RequestUri!.ToString(), exception);
        }
    }

    private DevOpsException Told(ServerFailure? failure) => failure is null ? Invalid("a failure", inner: null) : new DevOpsException(
        failure.Id,
        Enum.TryParse<FailureKind>(failure.Kind, out var kind) ? kind : FailureKind.OperationFailed,
        failure.Message,
        failure.RecommendedAction,
        SocketFile);

    private DevOpsException NotAnswering(Exception inner) => new(
        "ServerNotAnswering",
        FailureKind.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"The server at '{SocketFile}'{(ProcessId is { } id ? $" (process {id})" : string.Empty)} did not answer within {_http.Timeout.TotalSeconds:0.#} seconds."),
        "Try again when the machine has less to do. If it hangs, the command that stops it, such as Stop-LocalCloud, ends its process.",
        SocketFile,
        inner);

    private DevOpsException Invalid(string path, Exception? inner) => new(
        "ServerAnswerInvalid",
        FailureKind.OperationFailed,
        $"The server at '{SocketFile}' did not answer '{path}' as it should{(inner is null ? "." : $": {inner.Message}")}",
        "It may be of another version of the module: stop it, then start it again.",
        SocketFile,
        inner);
}
