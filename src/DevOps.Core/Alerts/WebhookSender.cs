using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// Posts alerts to webhooks, signed as Standard Webhooks says. Follows no redirect, keeps no cookies, and reads no more of
/// an answer than a person would.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class WebhookSender(TimeProvider time) : IAlertSender, IDisposable
{
    private const int MostRead = 4_096;
    private const int LongestWords = 200;

    private readonly HttpClient _direct = MakeClient(useProxy: false);
    private readonly HttpClient _outward = MakeClient(useProxy: true);

    /// <inheritdoc/>
    public async Task<SendResult> SendAsync(SavedAlertDestination destination, Alert alert, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(destination.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var request = MakeRequest(destination, alert);
        // A proxy from the environment must not see what is meant for this machine.
        var http = destination.Uri!.IsLoopback ? _direct : _outward;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await JudgeAsync(destination, response, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return SendResult.Failed($"{destination.Uri.Authority} did not answer within {destination.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return SendResult.Failed($"{destination.Uri.Authority}: {OneLine.Of(exception.GetBaseException().Message, LongestWords)}");
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _direct.Dispose();
        _outward.Dispose();
    }

    private static HttpClient MakeClient(bool useProxy)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would take the alert elsewhere.
            AllowAutoRedirect = false,
            UseProxy = useProxy,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = MostRead,
        };
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("DevOps-PowerShell", typeof(WebhookSender).Assembly.GetName().Version?.ToString(3)));
        return http;
    }

    private HttpRequestMessage MakeRequest(SavedAlertDestination destination, Alert alert)
    {
        var body = AlertPayload.Write(alert);
        var id = AlertPayload.IdOf(alert);
        // The time of this attempt, not of the alert: receivers refuse what is too old to be anything but a replay.
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, destination.Uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(destination.Secret!, id, timestamp, body));
        return request;
    }

    private async Task<SendResult> JudgeAsync(SavedAlertDestination destination, HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        // What the answer says besides does not matter, nor whether it ever ends.
        if (status is >= 200 and < 300) return SendResult.Taken;
        var said = string.Create(CultureInfo.InvariantCulture, $"{destination.Uri!.Authority} answered {status}");
        if (status is >= 300 and < 400) return SendResult.Failed($"{said}, a redirect, which is not followed");
        var words = OneLine.Of(await ReadBeginningAsync(response, ct), LongestWords);
        var cause = words.Length == 0 ? said : $"{said}: {words}";
        var isFinal = status is >= 400 and < 500 && response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
        return isFinal ? new SendResult(SendVerdict.Refused, cause) : new SendResult(SendVerdict.Failed, cause, RetryAfter(response));
    }

    private static async Task<string> ReadBeginningAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var buffer = new byte[MostRead];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(ct);
            return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The status has said what matters; words that do not come in time add nothing.
            return string.Empty;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var given = response.Headers.RetryAfter;
        var wait = given?.Delta ?? (given?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait > TimeSpan.Zero ? wait : null;
    }
}
