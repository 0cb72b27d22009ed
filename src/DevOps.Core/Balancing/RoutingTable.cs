using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>
/// Who is asked, for as long as nothing changes. Production backends that are up have their turns, and so have canaries; a
/// canary never serves alone because production failed, unless that was asked for, but it does while production is taken
/// out on purpose, as when its instances are updated one after another.
/// </summary>
public sealed class RoutingTable
{
    /// <summary>Nobody may be asked.</summary>
    public static readonly RoutingTable Empty = new(schedule: null, [], [], "0:0");

    private readonly WeightedSchedule<Backend>? _schedule;
    private readonly Backend[] _members;
    private readonly Backend[] _instead;
    private int _insteadTurn = -1;

    private RoutingTable(WeightedSchedule<Backend>? schedule, Backend[] members, Backend[] instead, string split)
    {
        _schedule = schedule;
        _members = members;
        _instead = instead;
        Split = split;
    }

    /// <summary>Production's weight and the canaries', such as <c>2:1</c>; <c>2:0</c> while the canaries are out.</summary>
    public string Split { get; }

    /// <summary>Whether nobody may be asked.</summary>
    public bool IsEmpty => _schedule is null;

    /// <summary>Makes the table.</summary>
    /// <param name="backends">All backends.</param>
    /// <param name="allowsCanaryAlone">Whether canaries may serve alone even when production failed.</param>
    /// <returns>The table.</returns>
    public static RoutingTable Create(IReadOnlyList<Backend> backends, bool allowsCanaryAlone)
    {
        // Before the first checks are done nobody is known to be up: then those that are not known to be down are asked.
        var members = Serving(backends, BackendState.Up, allowsCanaryAlone);
        if (members.Length == 0) members = Serving(backends, BackendState.Unknown, allowsCanaryAlone);
        if (members.Length == 0) return Empty;
        var schedule = new WeightedSchedule<Backend>([.. members.Select(backend => (backend, backend.Settings.Weight))], backend => backend.IsCanary);
        var production = members.Where(backend => !backend.IsCanary).ToArray();
        return new RoutingTable(schedule, members, production.Length > 0 ? production : members, SplitOf(members));
    }

    /// <summary>Takes the next turn.</summary>
    /// <returns>Whose turn it is; nothing when nobody may be asked.</returns>
    public Backend? Next() => _schedule?.Next();

    /// <summary>Finds a backend by its name, for a client that is to stay with it.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The backend, if it may be asked.</returns>
    public Backend? Find(ReadOnlySpan<char> name)
    {
        foreach (var member in _members)
        {
            if (name.SequenceEqual(member.Name)) return member;
        }

        return null;
    }

    /// <summary>Finds who can be asked instead of those that have failed a request: production first.</summary>
    /// <param name="tried">Who was asked already.</param>
    /// <returns>Another backend; nothing when all were asked.</returns>
    public Backend? Instead(IReadOnlyList<Backend> tried)
    {
        var turn = (uint)Interlocked.Increment(ref _insteadTurn);
        for (var step = 0u; step < _instead.Length; step++)
        {
            var candidate = _instead[(turn + step) % (uint)_instead.Length];
            if (!tried.Contains(candidate)) return candidate;
        }

        return null;
    }

    private static Backend[] Serving(IReadOnlyList<Backend> backends, BackendState health, bool allowsCanaryAlone)
    {
        var members = backends.Where(backend => backend.Health == health && !backend.IsOut && backend.Settings.Weight > 0).ToArray();
        if (members.Length == 0 || allowsCanaryAlone || members.Any(backend => !backend.IsCanary)) return members;
        var hasProductionFailed = backends.Any(backend => !backend.IsCanary && !backend.IsOut && backend.Settings.Weight > 0);
        return hasProductionFailed ? [] : members;
    }

    private static string SplitOf(Backend[] members)
    {
        int Weight(bool isCanary) => members.Where(backend => backend.IsCanary == isCanary).Sum(backend => backend.Settings.Weight);
        return string.Create(CultureInfo.InvariantCulture, $"{Weight(isCanary: false)}:{Weight(isCanary: true)}");
    }
}
