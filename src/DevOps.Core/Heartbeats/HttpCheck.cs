using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DevOps.Core.Alerts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Asks for a page, over connections that are kept, and looks at status, header, text and certificate. Redirects are not
/// followed: a redirect is an answer.
/// </summary>
/// <param name="time">The clock, by which certificates expire.</param>
/// <param name="trust">How certificates are judged; as the system does when nothing.</param>
internal sealed class HttpCheck(TimeProvider time, X509ChainPolicy? trust = null) : IHeartbeatCheck, IDisposable
{
    private const int LongestBody = 64 * 1024;
    private const int LongestHeadersKilobytes = 64;
    private const int LongestEvidence = 100;

    // A name may lead elsewhere after a while.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker _plain = new(Handler());
    private readonly ConcurrentDictionary<string, SecureClient> _secure = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        if (target.Uri.Scheme == Uri.UriSchemeHttp) return await AskAsync(_plain, target, ct);
        // A client for each server, since a handler does not say which of its connections a certificate belongs to.
        var client = _secure.GetOrAdd(target.Uri.Authority, _ => new SecureClient(trust, time));
        try
        {
            var result = await AskAsync(client.Invoker, target, ct);
            if (result.State != HeartbeatState.Up || client.Expiry is not { } expiry) return result;
            var judged = JudgeCertificate(target, expiry, result);
            // Another connection is made for the next check: that one shows whether the certificate was renewed. Checks of
            // other targets may still be under way on this one, whose connections end by themselves once they are idle.
            if (judged.State != HeartbeatState.Up) _secure.TryRemove(new KeyValuePair<string, SecureClient>(target.Uri.Authority, client));
            return judged;
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException && client.Fault is { } fault)
        {
            return CheckResult.Down(fault);
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _plain.Dispose();
        foreach (var client in _secure.Values) client.Dispose();
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = LongestHeadersKilobytes,
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectCallback = async (context, ct) => new NetworkStream(await TcpCheck.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, ct), ownsSocket: true),
        // No more than what is read anyway.
        MaxResponseDrainSize = 0,
    };

    private static async Task<CheckResult> AskAsync(HttpMessageInvoker client, HeartbeatTarget target, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Uri);
        request.Headers.TryAddWithoutValidation("User-Agent", "DevOps-Heartbeat");
        using var answer = await client.SendAsync(request, ct);
        var (body, isWhole) = await ReadAsync(answer, ct);
        return Judge(target, answer, body, isWhole);
    }

    private static async Task<(string Text, bool IsWhole)> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[Math.Min(answer.Content.Headers.ContentLength + 1 ?? LongestBody, LongestBody)];
        var length = 0;
        int read;
        while (length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length), ct)) > 0) length += read;
        return (Encoding.UTF8.GetString(buffer, 0, length), length < buffer.Length);
    }

    private static CheckResult Judge(HeartbeatTarget target, HttpResponseMessage answer, string body, bool isWhole)
    {
        var status = (int)answer.StatusCode;
        var seen = OneLine.Of(string.Create(CultureInfo.InvariantCulture, $"{status} {answer.ReasonPhrase}"), LongestEvidence);
        var isExpected = target.ExpectedStatus is { } expected ? status == expected : status is >= 200 and < 400;
        if (!isExpected)
        {
            var wanted = target.ExpectedStatus is { } one ? string.Create(CultureInfo.InvariantCulture, $" instead of {one}") : string.Empty;
            return CheckResult.Down(string.Create(CultureInfo.InvariantCulture, $"it was answered with {status}{wanted}"), OneLine.Of($"{seen}: {body}", LongestEvidence));
        }

        if (target.ExpectedHeader is { } header && !HasHeader(answer, header)) return CheckResult.Down($"the answer has no header '{header}'", seen);
        if (target.ExpectedText is not { } text || body.Contains(text, StringComparison.Ordinal)) return CheckResult.Up(seen);
        return CheckResult.Down($"{(isWhole ? "the answer does" : "the first 64 KB of the answer do")} not hold '{OneLine.Of(text, LongestEvidence)}'", OneLine.Of($"{seen}: {body}", LongestEvidence));
    }

    private static bool HasHeader(HttpResponseMessage answer, string wanted)
    {
        var parts = wanted.Split(':', 2, StringSplitOptions.TrimEntries);
        var values = answer.Headers.NonValidated.TryGetValues(parts[0], out var found) || answer.Content.Headers.NonValidated.TryGetValues(parts[0], out found)
            ? found.ToArray()
            : [];
        return values.Length > 0 && (parts.Length == 1 || values.Contains(parts[1], StringComparer.Ordinal));
    }

    private CheckResult JudgeCertificate(HeartbeatTarget target, DateTimeOffset expiry, CheckResult result)
    {
        var days = (expiry - time.GetUtcNow()).TotalDays;
        // A connection that was made before goes on, but no new one would be.
        if (days <= 0) return CheckResult.Down(Expired(expiry), result.Evidence);
        return days < target.CertificateDays
            ? CheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"the certificate expires on {expiry.UtcDateTime:yyyy-MM-dd}"), result.Evidence!)
            : result;
    }

    private static string Expired(DateTimeOffset expiry) =>
        string.Create(CultureInfo.InvariantCulture, $"the certificate expired on {expiry.UtcDateTime:yyyy-MM-dd}");

    /// <summary>The connections to one server, with what is known of its certificate.</summary>
    private sealed class SecureClient : IDisposable
    {
        private readonly TimeProvider _time;
        private long _expiry;

        public SecureClient(X509ChainPolicy? trust, TimeProvider time)
        {
            _time = time;
            var handler = Handler();
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust, RemoteCertificateValidationCallback = Validate };
            Invoker = new HttpMessageInvoker(handler);
        }

        public HttpMessageInvoker Invoker { get; }

        /// <summary>When the certificate that was last shown expires.</summary>
        public DateTimeOffset? Expiry => Interlocked.Read(ref _expiry) is not 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

        /// <summary>What is wrong with the certificate that was last shown; nothing when nothing is.</summary>
        public string? Fault { get; private set; }

        public void Dispose() => Invoker.Dispose();

        private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            var expiry = certificate is X509Certificate2 shown ? new DateTimeOffset(shown.NotAfter).ToUniversalTime() : (DateTimeOffset?)null;
            Interlocked.Exchange(ref _expiry, expiry?.Ticks ?? 0);
            Fault = errors switch
            {
                SslPolicyErrors.None => null,
                // An old certificate is often untrusted too; its age is what has to be mended.
                _ when expiry <= _time.GetUtcNow() => Expired(expiry.Value),
                _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "the server shows no certificate",
                _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "the certificate is for another name",
                _ => $"the certificate is not trusted{Why(chain)}",
            };
            return Fault is null;
        }

        private static string Why(X509Chain? chain) =>
            chain?.ChainStatus is [var first, ..] ? $": {OneLine.Of(first.StatusInformation, LongestEvidence)}" : string.Empty;
    }
}
