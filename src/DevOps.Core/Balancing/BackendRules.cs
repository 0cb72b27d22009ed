using System.Net;
using DevOps.Core.Environments;

namespace DevOps.Core.Balancing;

/// <summary>What the backends of a balancer must be like.</summary>
public static class BackendRules
{
    /// <summary>The highest weight.</summary>
    public const int HighestWeight = 1_000;

    /// <summary>Brings an address into its one form, <c>scheme://host:port/</c>, and refuses what a backend cannot be asked at.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The address without anything after the port.</returns>
    /// <exception cref="DevOpsException"><c>BackendUriInvalid</c>.</exception>
    public static Uri Normalize(Uri uri)
    {
        if (Problem(uri) is not { } problem) return new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port).Uri;
        throw new DevOpsException(
            "BackendUriInvalid",
            FailureKind.InvalidInput,
            $"'{uri.OriginalString}' cannot be a backend: {problem}",
            "Give scheme, host and port and nothing else, for example http://10.0.0.5:3000.",
            uri);
    }

    /// <summary>An address without its scheme, as holds and messages name it.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>Such as <c>10.0.0.5:3000</c>.</returns>
    public static string AddressOf(Uri uri) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{uri.Host}:{uri.Port}");

    /// <summary>Refuses backends that cannot work.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <exception cref="DevOpsException">
    /// <c>BackendsMissing</c>, <c>BackendNameInvalid</c>, <c>BackendNameTaken</c>, <c>BackendUriInvalid</c>,
    /// <c>BackendAddressTaken</c>, <c>BackendIsBalancer</c>, <c>BackendWeightInvalid</c>.
    /// </exception>
    internal static void Check(BalancerSettings settings)
    {
        if (settings.Backends.Count == 0)
        {
            throw new DevOpsException(
                "BackendsMissing",
                FailureKind.InvalidInput,
                $"The balancer '{settings.Name}' has no backend to ask.",
                $"Name at least one, for example: Start-CanaryBalancer {settings.Name} -Production http://10.0.0.5:3000. Stop-CanaryBalancer {settings.Name} -Remove ends a balancer that is not wanted any more.",
                settings.Name);
        }

        // PowerShell does not tell upper from lower case, so neither may the names.
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var addresses = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var backend in settings.Backends)
        {
            CheckName(backend.Name);
            if (!names.Add(backend.Name)) throw NameTaken(settings.Name, backend.Name);
            var address = AddressOf(Normalize(backend.Uri));
            if (!addresses.TryAdd(address, backend.Name)) throw AddressTaken(settings.Name, backend, addresses[address]);
            if (IsBalancer(settings, backend.Uri)) throw IsBalancerItself(settings, backend);
            if (backend.Weight is < 0 or > HighestWeight) throw WeightInvalid(backend);
        }
    }

    private static string? Problem(Uri uri)
    {
        if (!uri.IsAbsoluteUri) return "it has no scheme. Write http:// before it.";
        // "localhost:3000" is read as a URI with the scheme localhost.
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) return $"'{uri.Scheme}' is not http or https. Write http:// before the host.";
        if (uri.Host.Length == 0 || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic) return "it has no host that could be asked.";
        if (uri.Port is < 1 or > 65_535) return "it has no port that could be asked.";
        if (uri.UserInfo.Length > 0) return "it has a user name, and nobody logs in to a backend.";
        if (uri.AbsolutePath.Length > 1) return $"it has the path '{uri.AbsolutePath}'. What clients ask for is passed on unchanged; the path of checks is -HealthPath.";
        return uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "it has a query or fragment." : null;
    }

    private static void CheckName(string name)
    {
        if (NameRule.Backend.Problem(name) is not { } problem) return;
        throw new DevOpsException("BackendNameInvalid", FailureKind.InvalidInput, $"{problem} Each answer names its backend in a header.", "Give another -Name, for example canary-1.", name);
    }

    // A balancer that asks itself would go round until it has no connection left.
    private static bool IsBalancer(BalancerSettings settings, Uri uri)
    {
        if (uri.Port != settings.Port || !IPAddress.TryParse(settings.ListenAddress, out var listen)) return false;
        var host = IPAddress.TryParse(uri.DnsSafeHost, out var address) ? address : uri.IsLoopback ? IPAddress.Loopback : null;
        if (host is null) return false;
        var isEverywhere = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any);
        return host.Equals(listen) || (isEverywhere && IPAddress.IsLoopback(host)) || (uri.IsLoopback && !IPAddress.TryParse(uri.DnsSafeHost, out _) && IPAddress.IsLoopback(listen));
    }

    private static DevOpsException NameTaken(string balancer, string name) => new(
        "BackendNameTaken",
        FailureKind.Conflict,
        $"The balancer '{balancer}' already has a backend called '{name}'.",
        "Give it another -Name. Set-BalancerBackend changes the one that is there.",
        name);

    private static DevOpsException AddressTaken(string balancer, BackendSettings backend, string other) => new(
        "BackendAddressTaken",
        FailureKind.Conflict,
        $"The backends '{other}' and '{backend.Name}' of the balancer '{balancer}' have the same address {AddressOf(backend.Uri)}.",
        $"Name each address once; a weight makes a backend's share larger: Set-BalancerBackend {balancer} {other} -Weight 4",
        backend.Uri);

    private static DevOpsException IsBalancerItself(BalancerSettings settings, BackendSettings backend) => new(
        "BackendIsBalancer",
        FailureKind.InvalidInput,
        $"The backend '{backend.Name}' at {AddressOf(backend.Uri)} is the address at which the balancer '{settings.Name}' itself listens.",
        "Give the balancer another -Port, or the backend the application's own address.",
        backend.Uri);

    private static DevOpsException WeightInvalid(BackendSettings backend) => new(
        "BackendWeightInvalid",
        FailureKind.InvalidInput,
        $"The weight of '{backend.Name}' is {backend.Weight}. Expected 0 to {HighestWeight}.",
        "Weights are relative to each other: 2 and 1 share as 200 and 100 do.",
        backend.Name);
}
