using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DevOps.Core;
using DevOps.Core.Balancing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DevOps.Server.Balancing;

/// <summary>The certificate that clients are shown. It can be exchanged while the balancer serves.</summary>
internal sealed class Certificates
{
    private volatile SslStreamCertificateContext? _current;

    /// <summary>Reads the certificate, if the settings name one.</summary>
    /// <param name="settings">The settings.</param>
    public Certificates(BalancerSettings settings)
    {
        IsOn = settings.CertificateFile is not null;
        Load(settings);
    }

    /// <summary>Whether clients are served over TLS.</summary>
    public bool IsOn { get; }

    /// <summary>Reads the certificate again. Connections that exist keep the one that they were shown.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="DevOpsException"><c>CertificateInvalid</c>.</exception>
    public void Load(BalancerSettings settings)
    {
        if (!IsOn || settings.CertificateFile is not { } file) return;
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(file, settings.KeyFile);
            // The certificates after the first are those that lead to the root.
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            _current = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DevOpsException(
                "CertificateInvalid",
                FailureKind.InvalidInput,
                $"The certificate '{file}' with the key '{settings.KeyFile}' cannot be used: {exception.Message}",
                "Give files in PEM form, the server's certificate first, and its key, with -CertificatePath and -KeyPath.",
                file,
                exception);
        }
    }

    /// <summary>Makes an endpoint use it.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public void Secure(ListenOptions endpoint) => endpoint.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _current,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        }),
    });
}
