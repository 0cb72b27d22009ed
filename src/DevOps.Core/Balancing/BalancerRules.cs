using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DevOps.Core.Environments;

namespace DevOps.Core.Balancing;

/// <summary>What the settings of a balancer must be like. Each rule that is broken is an error of its own.</summary>
public static class BalancerRules
{
    private const int HighestPort = 65_535;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>Refuses what cannot name a balancer.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DevOpsException"><c>BalancerNameInvalid</c>.</exception>
    public static void CheckName(string name)
    {
        if (NameRule.Balancer.Problem(name) is not { } problem) return;
        throw new DevOpsException(
            "BalancerNameInvalid",
            FailureKind.InvalidInput,
            $"{problem} A folder and a systemd unit are called after a balancer.",
            "Call it after its application, for example checkbox.",
            name);
    }

    /// <summary>Refuses settings that cannot work. Files that they name are not looked at.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="DevOpsException">
    /// <c>BalancerNameInvalid</c>, <c>AddressNotUsable</c>, <c>PortInvalid</c>, <c>BackendsMissing</c>, <c>BackendNameInvalid</c>,
    /// <c>BackendNameTaken</c>, <c>BackendUriInvalid</c>, <c>BackendAddressTaken</c>, <c>BackendIsBalancer</c>,
    /// <c>BackendWeightInvalid</c>, <c>HealthCheckInvalid</c>, <c>BalancerTimeoutInvalid</c>, <c>CertificateInvalid</c>.
    /// </exception>
    public static void Check(BalancerSettings settings)
    {
        CheckName(settings.Name);
        if (!IPAddress.TryParse(settings.ListenAddress, out _))
        {
            throw new DevOpsException(
                "AddressNotUsable",
                FailureKind.InvalidInput,
                $"'{settings.ListenAddress}' is not an IP address.",
                "Give -ListenAddress an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 or :: for everybody.",
                settings.ListenAddress);
        }

        CheckPort(settings.Port, "-Port");
        if (settings.StatusPort is { } statusPort) CheckPort(statusPort, "-StatusPort");
        if (settings.StatusPort == settings.Port) throw PortInvalid(settings.Port, $"The port {settings.Port} cannot be the balancer's and its status page's at once.", "-StatusPort");
        BackendRules.Check(settings);
        CheckHealth(settings.Check, settings.Name);
        foreach (var backend in settings.Backends)
        {
            if (backend.Check is { } check) CheckHealth(check, backend.Name);
        }

        CheckTimeout(settings.AnswerTimeout, "-AnswerTimeout");
        CheckTimeout(settings.ConnectTimeout, "-ConnectTimeout");
        if (settings.DrainTimeout != TimeSpan.Zero) CheckTimeout(settings.DrainTimeout, "-DrainTimeout");
        if (settings is { CertificateFile: null, KeyFile: not null }) throw CertificateInvalid(settings, "a key needs the certificate that it belongs to", inner: null);
    }

    /// <summary>Refuses a certificate that cannot be used. Without one there is nothing to refuse.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="DevOpsException"><c>CertificateInvalid</c>.</exception>
    public static void CheckCertificate(BalancerSettings settings)
    {
        if (settings.CertificateFile is not { } file) return;
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(file, settings.KeyFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CertificateInvalid(settings, exception.Message, exception);
        }
    }

    private static void CheckPort(int port, string parameter)
    {
        if (port is < 1 or > HighestPort) throw PortInvalid(port, $"{port} is not a port. Expected 1 to {HighestPort}.", parameter);
    }

    private static void CheckHealth(BackendCheckSettings check, string of)
    {
        var problem = TextRules.HttpPath(check.Path);
        if (check.Interval < ShortestInterval || check.Interval > LongestInterval) problem ??= $"The time between two checks is {Text(check.Interval)}. Expected {Text(ShortestInterval)} to {Text(LongestInterval)}.";
        if (check.Timeout < ShortestTimeout || check.Timeout > LongestTimeout) problem ??= $"The time that an answer may take is {Text(check.Timeout)}. Expected {Text(ShortestTimeout)} to {Text(LongestTimeout)}.";
        if (check.Fall is < 1 or > 100) problem ??= $"The number of failures that take a backend out is {check.Fall}. Expected 1 to 100.";
        if (check.Rise is < 1 or > 100) problem ??= $"The number of good answers that bring a backend back is {check.Rise}. Expected 1 to 100.";
        if (problem is null) return;
        throw new DevOpsException(
            "HealthCheckInvalid",
            FailureKind.InvalidInput,
            $"The health check of '{of}' cannot work. {problem}",
            "Mend -HealthPath, -HealthInterval, -HealthTimeout, -Fall or -Rise.",
            of);
    }

    private static void CheckTimeout(TimeSpan timeout, string parameter)
    {
        if (timeout >= ShortestTimeout && timeout <= LongestTimeout) return;
        throw new DevOpsException(
            "BalancerTimeoutInvalid",
            FailureKind.InvalidInput,
            $"{parameter} is {Text(timeout)}. Expected {Text(ShortestTimeout)} to {Text(LongestTimeout)}.",
            $"Give {parameter} another duration, such as 30s.",
            timeout);
    }

    private static DevOpsException PortInvalid(int port, string problem, string parameter) => new(
        "PortInvalid",
        FailureKind.InvalidInput,
        problem,
        $"Choose another port with {parameter}.",
        port);

    private static DevOpsException CertificateInvalid(BalancerSettings settings, string cause, Exception? inner) => new(
        "CertificateInvalid",
        FailureKind.InvalidInput,
        $"The certificate '{settings.CertificateFile}' with the key '{settings.KeyFile}' cannot be used: {cause}",
        "Give files in PEM form, the server's certificate first, and its key, with -CertificatePath and -KeyPath.",
        settings.CertificateFile,
        inner);

    private static string Text(TimeSpan duration) => SettingsText.Of(duration);
}
