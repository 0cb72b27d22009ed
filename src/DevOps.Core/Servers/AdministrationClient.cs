using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DevOps.Core.Servers;

/// <summary>Talks HTTP and JSON to a server of ours over its administration socket.</summary>
public sealed class AdministrationClient : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>Makes a client; connects at the first call.</summary>
    /// <param name="socketFile">The socket's full path.</param>
    public AdministrationClient(string socketFile)
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
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/"), Timeout = AnswerTimeout };
    }

    /// <summary>The socket's full path.</summary>
    public string SocketFile { get; }

    /// <summary>Asks how the server is.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Its status; nothing when nobody listens.</returns>
    /// <exception cref="DevOpsException"><c>ServerAnswerInvalid</c>.</exception>
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
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw Invalid("status", exception);
        }
    }

    /// <summary>Asks the server to stop. It answers before it has ended.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>A task that ends when the server has answered, or at once when nobody listens.</returns>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (!File.Exists(SocketFile)) return;
        try
        {
            using var answer = await _http.PostAsync("stop", content: null, cancellation);
            if (!answer.IsSuccessStatusCode) throw Invalid("stop", inner: null);
        }
        catch (HttpRequestException)
        {
            // It went away before or while it was asked: that is what was wanted.
        }
    }

    /// <summary>Reads something from the server.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="path">The path and query, without a leading slash.</param>
    /// <param name="type">How the answer is read.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The answer; nothing when the server answers 404.</returns>
    /// <exception cref="DevOpsException"><c>ServerNotRunning</c>, <c>ServerAnswerInvalid</c>, or what the server says went wrong.</exception>
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
    /// <exception cref="DevOpsException"><c>ServerNotRunning</c>, <c>ServerAnswerInvalid</c>, or what the server says went wrong.</exception>
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

    private DevOpsException Invalid(string path, Exception? inner) => new(
        "ServerAnswerInvalid",
        FailureKind.OperationFailed,
        $"The server at '{SocketFile}' did not answer '{path}' as it should{(inner is null ? "." : $": {inner.Message}")}",
        "It may be of another version of the module: stop it, then start it again.",
        SocketFile,
        inner);
}
