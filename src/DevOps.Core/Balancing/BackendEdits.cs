using System.Globalization;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>Finds, adds, changes and removes backends in settings. The settings that come out are not checked.</summary>
public static class BackendEdits
{
    /// <summary>Finds a backend.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <param name="backend">Its name, or its address as <c>host:port</c>.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotFound</c>.</exception>
    public static BackendSettings Find(BalancerSettings settings, string backend) =>
        settings.Backends.FirstOrDefault(candidate => string.Equals(candidate.Name, backend, StringComparison.OrdinalIgnoreCase) || IsAt(candidate, backend))
        ?? throw NotFound(settings, backend);

    /// <summary>Adds a backend.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <param name="given">The backend.</param>
    /// <param name="weight">Its weight; that of the role's other backends when nothing, else 2 for production and 1 for a canary.</param>
    /// <param name="check">How it is checked, if not as the others.</param>
    /// <returns>The settings with it.</returns>
    /// <exception cref="DevOpsException"><c>BackendUriInvalid</c>.</exception>
    public static BalancerSettings Add(BalancerSettings settings, GivenBackend given, int? weight, CheckChanges? check)
    {
        var usual = settings.Backends.LastOrDefault(backend => backend.Role == given.Role)?.Weight ?? BalancerChanges.UsualWeight(given.Role);
        var added = new BackendSettings
        {
            Name = given.Name ?? FreeName(given.Role, settings.Backends.Select(backend => backend.Name)),
            Uri = BackendRules.Normalize(given.Uri),
            Role = given.Role,
            Weight = weight ?? usual,
            Check = check?.ApplyTo(settings.Check),
        };
        return settings with { Backends = [.. settings.Backends, added] };
    }

    /// <summary>Changes a backend.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <param name="backend">Its name or address.</param>
    /// <param name="change">The change.</param>
    /// <returns>The settings with the change.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotFound</c>.</exception>
    public static BalancerSettings Change(BalancerSettings settings, string backend, Func<BackendSettings, BackendSettings> change)
    {
        var found = Find(settings, backend);
        return settings with { Backends = [.. settings.Backends.Select(candidate => ReferenceEquals(candidate, found) ? change(candidate) : candidate)] };
    }

    /// <summary>Removes a backend.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <param name="backend">Its name or address.</param>
    /// <returns>The settings without it.</returns>
    /// <exception cref="DevOpsException"><c>BackendNotFound</c>, <c>BackendsMissing</c>.</exception>
    public static BalancerSettings Remove(BalancerSettings settings, string backend)
    {
        var found = Find(settings, backend);
        return settings with { Backends = [.. settings.Backends.Where(candidate => !ReferenceEquals(candidate, found))] };
    }

    /// <summary>Makes a list of backends of what is given. Addresses that are there already keep their name, weight and check.</summary>
    /// <param name="present">The backends that there are.</param>
    /// <param name="given">All backends that there are to be.</param>
    /// <param name="usualWeight">The weight of a new backend by its role, where there is no other of its role.</param>
    /// <returns>The backends.</returns>
    /// <exception cref="DevOpsException"><c>BackendUriInvalid</c>.</exception>
    internal static IReadOnlyList<BackendSettings> Replace(IReadOnlyList<BackendSettings> present, IReadOnlyList<GivenBackend> given, Func<ApplicationRole, int> usualWeight)
    {
        var normal = given.Select(backend => backend with { Uri = BackendRules.Normalize(backend.Uri) }).ToArray();
        var kept = normal.Select(backend => present.FirstOrDefault(candidate => candidate.Uri == backend.Uri)).ToArray();
        // Names that are given or kept are not free for those that have none yet.
        var taken = normal.Select((backend, index) => backend.Name ?? kept[index]?.Name).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var backends = new List<BackendSettings>();
        for (var index = 0; index < normal.Length; index++)
        {
            var (wanted, before) = (normal[index], kept[index]);
            var name = wanted.Name ?? before?.Name;
            if (name is null) taken.Add(name = FreeName(wanted.Role, taken));
            var weight = before is not null && before.Role == wanted.Role ? before.Weight : present.LastOrDefault(backend => backend.Role == wanted.Role)?.Weight ?? usualWeight(wanted.Role);
            backends.Add(before is null
                ? new BackendSettings { Name = name, Uri = wanted.Uri, Role = wanted.Role, Weight = weight }
                : before with { Name = name, Role = wanted.Role, Weight = weight });
        }

        return backends;
    }

    private static string FreeName(ApplicationRole role, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var number = 1;
        while (names.Contains(Name(number))) number++;
        return Name(number);

        string Name(int candidate) => string.Create(CultureInfo.InvariantCulture, $"{(role == ApplicationRole.Canary ? "canary" : "production")}-{candidate}");
    }

    private static bool IsAt(BackendSettings backend, string address) => string.Equals(BackendRules.AddressOf(backend.Uri), address, StringComparison.OrdinalIgnoreCase);

    private static DevOpsException NotFound(BalancerSettings settings, string backend)
    {
        var names = settings.Backends.Select(candidate => candidate.Name).ToArray();
        var guess = Spelling.Closest(backend, names) is { } closest ? $" Did you mean '{closest}'?" : string.Empty;
        return new DevOpsException(
            "BackendNotFound",
            FailureKind.NotFound,
            $"The balancer '{settings.Name}' has no backend '{backend}'.{guess} It has: {string.Join(", ", names)}.",
            $"(Get-CanaryBalancer {settings.Name}).Backends lists them; Add-BalancerBackend adds one.",
            backend);
    }
}
