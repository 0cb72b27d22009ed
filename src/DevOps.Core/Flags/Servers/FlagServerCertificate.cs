using System.Security.Authentication;

namespace DevOps.Core.Flags.Servers;

/// <summary>Says that a server's certificate was not accepted. The client library says of it no more than that there is no connection.</summary>
internal static class FlagServerCertificate
{
    /// <summary>Explains a failure, if it is that of a certificate.</summary>
    /// <param name="who">Who showed it, in words.</param>
    /// <param name="target">The server.</param>
    /// <param name="exception">The failure.</param>
    /// <returns>The failure in words; nothing when it has another cause.</returns>
    public static DevOpsException? Explain(string who, object target, Exception exception) => exception.Causes().OfType<AuthenticationException>().FirstOrDefault() is not { } cause
        ? null
        : new DevOpsException(
            "FeatureFlagServerCertificateRefused",
            FailureKind.Unauthorized,
            $"The certificate that {who} shows is not accepted: {cause.Message}",
            "See that this machine trusts who issued it, that it is for the name in the address, and that it has not expired. On Linux the variable SSL_CERT_FILE names a file of further issuers.",
            target,
            exception);
}
