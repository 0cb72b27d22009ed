using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DevOps.Core.Heartbeats;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Certificates of a real server over TLS.</summary>
public sealed class CertificateCheckTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_certificate_that_is_good_for_long_is_no_news()
    {
        var result = await CheckAsync(Certificate(validFor: TimeSpan.FromDays(90)));
        Assert.Equal((HeartbeatState.Up, null), (result.State, result.Cause));
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_makes_its_target_degraded()
    {
        var result = await CheckAsync(Certificate(validFor: TimeSpan.FromDays(5.5)));
        Assert.Equal(HeartbeatState.Degraded, result.State);
        Assert.StartsWith("the certificate expires on ", result.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_makes_its_target_down()
    {
        var result = await CheckAsync(Certificate(validFor: TimeSpan.FromDays(-2)));
        Assert.Equal(HeartbeatState.Down, result.State);
        Assert.StartsWith("the certificate expired on ", result.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_name_makes_its_target_down() =>
        Assert.Equal("the certificate is for another name", (await CheckAsync(Certificate(TimeSpan.FromDays(90), name: "elsewhere.example"))).Cause);

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_makes_its_target_down() =>
        Assert.StartsWith("the certificate is not trusted", (await CheckAsync(Certificate(TimeSpan.FromDays(90)), isTrusted: false)).Cause, StringComparison.Ordinal);

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_told()
    {
        using var bed = new HeartbeatBed();
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        var result = await bed.CheckAsync(new UriBuilder(server.Address) { Scheme = "https" }.Uri, target => target with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(HeartbeatState.Down, result.State);
    }

    private static X509Certificate2 Certificate(TimeSpan validFor, string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow + validFor);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    private async Task<CheckResult> CheckAsync(X509Certificate2 certificate, bool isTrusted = true)
    {
        using var owned = certificate;
        _listener.Start();
        var serving = ServeAsync(certificate);
        var trust = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust };
        if (isTrusted) trust.CustomTrustStore.Add(certificate);
        using var bed = new HeartbeatBed(http: new HttpCheck(TimeProvider.System, trust));
        var result = await bed.CheckAsync(new Uri($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));
        await _stopping.CancelAsync();
        await serving;
        return result;
    }

    private async Task ServeAsync(X509Certificate2 certificate)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                await using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stopping.Token);
                if (await LoopbackServer.ReadAsync(secure, _stopping.Token) is null) continue;
                await secure.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), _stopping.Token);
                // Until the client has what it wants.
                while (await secure.ReadAsync(new byte[1], _stopping.Token) > 0) continue;
            }
            catch (Exception exception) when (exception is OperationCanceledException or AuthenticationException or IOException)
            {
                // The client did not like the certificate, or the test is over.
            }
        }
    }
}
