using System.Globalization;
using System.Text.Json;

namespace DevOps.Core.Balancing;

/// <summary>What differs between two settings of a balancer, and what it takes to make the later ones hold.</summary>
internal sealed class BalancerDifference
{
    private static readonly (string What, Func<BalancerSettings, string> Value)[] Live =
    [
        ("checks", settings => SettingsText.Of(settings.Check)),
        ("sticky sessions", settings => SettingsText.Of(settings.IsSticky)),
        ("X-Served-By", settings => SettingsText.Of(settings.ShowsServedBy)),
        ("a failing canary is taken out", settings => SettingsText.Of(settings.EjectsFailingCanary)),
        ("canary alone", settings => SettingsText.Of(settings.AllowsCanaryAlone)),
        ("retry of unsafe requests", settings => SettingsText.Of(settings.RetriesUnsafeRequests)),
        ("time for an answer", settings => SettingsText.Of(settings.AnswerTimeout)),
        ("time for a connection", settings => SettingsText.Of(settings.ConnectTimeout)),
        ("time to drain", settings => SettingsText.Of(settings.DrainTimeout)),
    ];

    // What a process takes over only while it begins.
    private static readonly (string What, Func<BalancerSettings, string> Value)[] AtStart =
    [
        ("certificate", settings => settings.CertificateFile ?? "none"),
        ("key", settings => settings.KeyFile ?? "none"),
        ("status port", settings => settings.StatusPort?.ToString(CultureInfo.InvariantCulture) ?? "none"),
        ("access log", settings => settings.WritesAccessLog ? settings.AccessLogFile ?? "on" : "off"),
        ("largest request body", settings => settings.MaxRequestBody?.ToString(CultureInfo.InvariantCulture) ?? "no limit"),
    ];

    private BalancerDifference(IReadOnlyList<string> texts, bool needsHandover, bool movesListener, bool changesManager)
    {
        Texts = texts;
        NeedsHandover = needsHandover;
        MovesListener = movesListener;
        ChangesManager = changesManager;
    }

    /// <summary>The differences in words.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsNothing => Texts.Count == 0;

    /// <summary>Whether a running process must be replaced by a successor, which takes over its listening socket.</summary>
    public bool NeedsHandover { get; }

    /// <summary>Whether another address is listened at, for which no socket can be handed over.</summary>
    public bool MovesListener { get; }

    /// <summary>Whether the process comes under systemd's care, or out of it.</summary>
    public bool ChangesManager { get; }

    /// <summary>Compares two settings.</summary>
    /// <param name="before">The earlier ones.</param>
    /// <param name="after">The later ones.</param>
    /// <returns>The difference.</returns>
    public static BalancerDifference Between(BalancerSettings before, BalancerSettings after)
    {
        var live = Compare(Live, before, after).Concat(CompareBackends(before, after)).ToArray();
        var atStart = Compare(AtStart, before, after).ToArray();
        var address = Compare([("address", settings => BalancerAddress.Of(settings).Authority)], before, after).ToArray();
        var manager = Compare([("systemd", settings => SettingsText.Of(settings.IsPersistent))], before, after).ToArray();
        string[] texts = [.. address, .. live, .. atStart, .. manager];
        // Nothing that a word was found for: the first backends have the first turns.
        if (texts.Length == 0 && !AreSame(before, after)) texts = ["order of the backends"];
        return new BalancerDifference(
            texts,
            atStart.Length > 0,
            before.ListenAddress != after.ListenAddress || before.Port != after.Port,
            manager.Length > 0);
    }

    private static bool AreSame(BalancerSettings one, BalancerSettings other) => Bytes(one).AsSpan().SequenceEqual(Bytes(other));

    private static byte[] Bytes(BalancerSettings settings) => JsonSerializer.SerializeToUtf8Bytes(settings with { Version = 0 }, BalancerSettingsJson.Default.BalancerSettings);

    private static IEnumerable<string> Compare((string What, Func<BalancerSettings, string> Value)[] parts, BalancerSettings before, BalancerSettings after) =>
        from part in parts
        let values = (Before: part.Value(before), After: part.Value(after))
        where values.Before != values.After
        select $"{part.What} {values.Before} -> {values.After}";

    private static IEnumerable<string> CompareBackends(BalancerSettings before, BalancerSettings after)
    {
        foreach (var gone in before.Backends.Where(backend => Same(after, backend) is null)) yield return $"backend {gone.Name} at {BackendRules.AddressOf(gone.Uri)} removed";
        foreach (var backend in after.Backends)
        {
            if (Same(before, backend) is not { } was)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"backend {backend.Name} at {BackendRules.AddressOf(backend.Uri)} added with weight {backend.Weight}");
                continue;
            }

            if (was.Name != backend.Name) yield return $"{was.Name} is called {backend.Name}";
            if (was.Role != backend.Role) yield return $"role of {backend.Name} {was.Role} -> {backend.Role}";
            if (was.Weight != backend.Weight) yield return string.Create(CultureInfo.InvariantCulture, $"weight of {backend.Name} {was.Weight} -> {backend.Weight}");
            if (was.IsDraining != backend.IsDraining) yield return backend.IsDraining ? $"{backend.Name} taken out" : $"{backend.Name} put back";
            if (SettingsText.Of(was.Check) is var check && check != SettingsText.Of(backend.Check)) yield return $"checks of {backend.Name} {check} -> {SettingsText.Of(backend.Check)}";
        }
    }

    private static BackendSettings? Same(BalancerSettings settings, BackendSettings backend) => settings.Backends.FirstOrDefault(candidate => candidate.Uri == backend.Uri);
}
