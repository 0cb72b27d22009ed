using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DevOps.Core.DigitalOcean;

/// <summary>
/// Sends requests to one API address with one token. What may be sent again is: anything when the connection was never made
/// or the API said that it had too many requests; what only reads, also when the API failed or the connection broke. A
/// POST whose fate is unknown is never sent again, since the API knows no idempotency keys.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    private const int LargestAnswer = 64 * 1024 * 1024;

    private static readonly ResiliencePropertyKey<HttpMethod> Method = new("method");
    private static readonly ResiliencePropertyKey<TimeSpan> RateLimitWaited = new("rate-limit-waited");

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly ApiClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<Answer> _pipeline;

    /// <summary>Makes the transport; sends nothing.</summary>
    /// <param name="address">The API's checked address.</param>
    /// <param name="token">The token.</param>
    /// <param name="options">How patient it is.</param>
    /// <param name="time">The clock.</param>
    public ApiTransport(Uri address, string token, ApiClientOptions options, TimeProvider time)
    {
        _address = address;
        _options = options;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            // A redirect would take the token elsewhere.
            AllowAutoRedirect = false,
            // A proxy from the environment must not see what is meant for this machine.
            UseProxy = !address.IsLoopback,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("DevOps-PowerShell", typeof(ApiTransport).Assembly.GetName().Version?.ToString(3)));
        _pipeline = BuildPipeline();
    }

    /// <summary>Sends a request and gives back the body of a good answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The body; empty when the answer has none, nothing when what was named does not exist and the request allows that.</returns>
    /// <exception cref="DevOpsException">One of the ids that begin with <c>Api</c>.</exception>
    public async Task<byte[]?> SendAsync(ApiRequest request, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(Method, request.Method);
        try
        {
            var outcome = await _pipeline.ExecuteOutcomeAsync(SendOnceAsync, context, request);
            if (outcome.Exception is { } exception) throw Explain(exception, request, ct);
            var answer = outcome.Result!;
            if (answer.IsGood) return answer.Body;
            if (answer.Status == HttpStatusCode.NotFound && request.MayBeMissing) return null;
            if (answer.Status == HttpStatusCode.TooManyRequests)
            {
                throw ApiFailures.RateLimited(request.What, answer.Until(_time), _options.LongestRateLimitWait, request.Target);
            }

            throw ApiFailures.FromAnswer(answer.Status, answer.Body, request.What, request.Target, _address);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static bool WasNeverConnected(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static bool IsRead(ResilienceContext context) => context.Properties.GetValue(Method, HttpMethod.Post) == HttpMethod.Get;

    private async ValueTask<Outcome<Answer>> SendOnceAsync(ResilienceContext context, ApiRequest request)
    {
        try
        {
            using var message = new HttpRequestMessage(request.Method, request.Address);
            if (request.Body is { } body)
            {
                message.Content = new ByteArrayContent(body);
                message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var response = await _http.SendAsync(message, context.CancellationToken);
            return Outcome.FromResult(await Answer.ReadAsync(response, context.CancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return Outcome.FromException<Answer>(exception);
        }
    }

    private ResiliencePipeline<Answer> BuildPipeline()
    {
        var retry = new RetryStrategyOptions<Answer>
        {
            MaxRetryAttempts = _options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = _options.Pause,
            UseJitter = true,
            ShouldHandle = arguments => new ValueTask<bool>(ShouldRetry(arguments.Context, arguments.Outcome)),
            DelayGenerator = arguments =>
            {
                if (arguments.Outcome.Result is not { Status: HttpStatusCode.TooManyRequests } answer) return new ValueTask<TimeSpan?>((TimeSpan?)null);
                var wait = answer.Wait(_time) ?? _options.Pause * Math.Pow(2, arguments.AttemptNumber);
                var waited = arguments.Context.Properties.GetValue(RateLimitWaited, TimeSpan.Zero);
                arguments.Context.Properties.Set(RateLimitWaited, waited + wait);
                return new ValueTask<TimeSpan?>(wait);
            },
        };
        return new ResiliencePipelineBuilder<Answer> { TimeProvider = _time }
            .AddRetry(retry)
            .AddTimeout(_options.RequestTimeout)
            .Build();
    }

    private bool ShouldRetry(ResilienceContext context, Outcome<Answer> outcome)
    {
        if (outcome.Result is { } answer)
        {
            if (answer.Status == HttpStatusCode.TooManyRequests)
            {
                var waited = context.Properties.GetValue(RateLimitWaited, TimeSpan.Zero);
                return waited + (answer.Wait(_time) ?? TimeSpan.Zero) <= _options.LongestRateLimitWait;
            }

            return (int)answer.Status >= 500 && IsRead(context);
        }

        return outcome.Exception switch
        {
            { } exception when WasNeverConnected(exception) => true,
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded } => false,
            HttpRequestException or TimeoutRejectedException or IOException => IsRead(context),
            _ => false,
        };
    }

    private Exception Explain(Exception exception, ApiRequest request, CancellationToken ct) => exception switch
    {
        OperationCanceledException when ct.IsCancellationRequested => new OperationCanceledException(exception.Message, exception, ct),
        TimeoutRejectedException => ApiFailures.NoAnswer(_address, request.What, _options.RequestTimeout, exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ApiFailures.Unreachable(_address, exception),
        _ when WasNeverConnected(exception) => ApiFailures.Unreachable(_address, exception),
        _ => ApiFailures.Broken(_address, request.What, exception),
    };

    private sealed record Answer(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter, DateTimeOffset? LimitReset)
    {
        public bool IsGood => (int)Status is >= 200 and < 300;

        public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken ct)
        {
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            var retryAfter = response.Headers.RetryAfter?.Delta;
            DateTimeOffset? reset = null;
            if (response.Headers.TryGetValues("ratelimit-reset", out var values)
                && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds < 253_402_300_800)
            {
                reset = DateTimeOffset.FromUnixTimeSeconds(seconds);
            }

            return new Answer(response.StatusCode, body, retryAfter, reset);
        }

        // The limit of a minute says after how long; that of an hour only when.
        public TimeSpan? Wait(TimeProvider time)
        {
            if (RetryAfter is { } given) return given;
            if (LimitReset is not { } reset) return null;
            var wait = reset - time.GetUtcNow();
            return wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
        }

        public DateTimeOffset? Until(TimeProvider time) => Wait(time) is { } wait ? time.GetUtcNow() + wait : null;
    }
}

/// <summary>One request to the API.</summary>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Address">Below the API's address.</param>
/// <param name="What">What it asks, as it follows "asked to" in a sentence.</param>
internal sealed record ApiRequest(HttpMethod Method, Uri Address, string What)
{
    /// <summary>The object it is about.</summary>
    public object? Target { get; init; }

    /// <summary>Its JSON.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether "not found" is an answer and not a failure.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>Makes a body.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written.</param>
    /// <returns>The same request with the body.</returns>
    public ApiRequest With<T>(T value, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(value, type) };
}
