using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>How an attempt at a backend, or a check of it, failed.</summary>
public enum BackendFailure
{
    /// <summary>No connection could be made: the backend certainly got nothing.</summary>
    NoConnection,

    /// <summary>The connection broke, or what came was no HTTP.</summary>
    Broken,

    /// <summary>No answer in time.</summary>
    Late,

    /// <summary>An answer that says that the server failed (5xx), or one that a check does not take.</summary>
    BadAnswer,
}

/// <summary>
/// The backends of a balancer, how they stand, and who is asked next. Taking a turn takes no lock: whatever changes how
/// backends stand makes a new <see cref="RoutingTable"/>, which starts the 2:1 cycle anew.
/// </summary>
public sealed class BackendPool
{
    private static readonly TimeSpan FailureReminder = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action<BackendChange> _tell;
    private volatile BalancerSettings _settings;
    private volatile RoutingTable _table;
    private IReadOnlyList<Backend> _backends;

    /// <summary>Makes the pool. Until they are checked, all backends are asked.</summary>
    /// <param name="settings">What the balancer is told to do.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Hears of every change, under the pool's lock, in order.</param>
    public BackendPool(BalancerSettings settings, TimeProvider time, Action<BackendChange> tell)
    {
        _settings = settings;
        _time = time;
        _tell = tell;
        _backends = [.. settings.Backends.Select(backend => new Backend(backend, time.GetUtcNow()))];
        _table = RoutingTable.Create(_backends, settings.AllowsCanaryAlone);
    }

    /// <summary>What the balancer is told to do.</summary>
    public BalancerSettings Settings => _settings;

    /// <summary>Who is asked, by how the backends stand now.</summary>
    public RoutingTable Table => _table;

    /// <summary>The backends.</summary>
    public IReadOnlyList<Backend> Backends => Volatile.Read(ref _backends);

    /// <summary>Takes new settings over. Backends of the same name and address keep their counters and their health.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cause">Who changed what, in words.</param>
    public void Apply(BalancerSettings settings, string cause)
    {
        lock (_lock)
        {
            var before = _backends;
            var now = _time.GetUtcNow();
            var backends = new List<Backend>();
            foreach (var wanted in settings.Backends)
            {
                var kept = before.FirstOrDefault(backend => backend.Name == wanted.Name && backend.Settings.Uri == wanted.Uri);
                if (kept is null)
                {
                    backends.Add(new Backend(wanted, now));
                    continue;
                }

                var wasOut = kept.IsOut;
                kept.Settings = wanted;
                backends.Add(kept);
                if (wasOut == kept.IsOut) continue;
                kept.Since = now;
                if (!kept.IsOut && kept.Health == BackendState.Down) kept.Health = BackendState.Unknown;
                Tell(kept.IsOut ? BalancerEventKind.BackendDraining : BalancerEventKind.BackendBack, kept, cause, evidence: null);
            }

            _settings = settings;
            Volatile.Write(ref _backends, backends);
            Reroute();
            Tell(BalancerEventKind.SettingsChanged, backend: null, cause, evidence: null);
        }
    }

    /// <summary>Says that an attempt failed. A connection that cannot be made takes any backend out; another failure takes out a canary, unless a judge decides.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="evidence">What was seen.</param>
    public void AttemptFailed(Backend backend, BackendFailure failure, string evidence)
    {
        // Nearly always there is nothing to do: a backend that is out fails many attempts at once.
        if (backend.Health == BackendState.Down) return;
        lock (_lock)
        {
            if (backend.Health == BackendState.Down || !_backends.Contains(backend)) return;
            var isOut = failure == BackendFailure.NoConnection || (backend.IsCanary && _settings.EjectsFailingCanary);
            if (isOut) TakeOut(backend, Describe(failure, "a request"), evidence, movesWaiting: failure != BackendFailure.BadAnswer);
            else TellFailing(backend, Describe(failure, "a request"), evidence);
        }
    }

    /// <summary>Says that a check passed.</summary>
    /// <param name="backend">The backend.</param>
    public void CheckPassed(Backend backend)
    {
        lock (_lock)
        {
            backend.FailuresInRow = 0;
            backend.PassesInRow++;
            if (backend.Health == BackendState.Up || !_backends.Contains(backend)) return;
            var now = _time.GetUtcNow();
            var isFirst = backend.Health == BackendState.Unknown;
            // Whoever holds a backend sees to its health himself, and it gets no requests yet: one good answer will do.
            var rise = isFirst || backend.IsOut ? 1 : CheckOf(backend).Rise;
            if (backend.PassesInRow < rise || now < backend.QuarantinedUntil) return;
            backend.Health = BackendState.Up;
            backend.Cause = null;
            if (backend.IsOut) return;
            backend.Since = now;
            Reroute();
            Tell(
                BalancerEventKind.BackendUp,
                backend,
                isFirst ? "its first check passed" : string.Create(CultureInfo.InvariantCulture, $"{backend.PassesInRow} checks in a row passed"),
                evidence: null);
        }
    }

    /// <summary>Says that a check failed.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="evidence">What was seen.</param>
    public void CheckFailed(Backend backend, BackendFailure failure, string evidence)
    {
        lock (_lock)
        {
            backend.PassesInRow = 0;
            backend.FailuresInRow++;
            if (backend.Health == BackendState.Down || !_backends.Contains(backend)) return;
            var fall = failure == BackendFailure.NoConnection || (backend.IsCanary && _settings.EjectsFailingCanary) ? 1 : CheckOf(backend).Fall;
            var cause = Describe(failure, "a check");
            if (backend.FailuresInRow >= fall || backend.Health == BackendState.Unknown) TakeOut(backend, cause, evidence, movesWaiting: true);
            else TellFailing(backend, cause, evidence);
        }
    }

    /// <summary>Takes a backend out for a while, or gives it back.</summary>
    /// <param name="request">What is asked for.</param>
    /// <returns>Whether there is such a backend.</returns>
    public bool Hold(HoldRequest request)
    {
        lock (_lock)
        {
            var backend = _backends.FirstOrDefault(candidate => candidate.Name == request.Backend || AddressOf(candidate) == request.Backend);
            if (backend is null) return false;
            var wasOut = backend.IsOut;
            if (request.Duration > TimeSpan.Zero) backend.Holds[request.Owner] = new BalancerHold(backend.Name, request.Owner, _time.GetUtcNow() + request.Duration, request.Cause);
            else backend.Holds.Remove(request.Owner);
            TellIfMoved(backend, wasOut, request.Cause);
            return true;
        }
    }

    /// <summary>What is held at this moment.</summary>
    /// <returns>The holds.</returns>
    public IReadOnlyList<BalancerHold> Holds()
    {
        lock (_lock) return [.. _backends.SelectMany(backend => backend.Holds.Values)];
    }

    /// <summary>Gives back what is held longer than it was asked for. Called now and then.</summary>
    public void ReleaseOverdue()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var backend in _backends.Where(backend => backend.Holds.Count > 0))
            {
                var overdue = backend.Holds.Values.Where(hold => hold.Until <= now).ToArray();
                if (overdue.Length == 0) continue;
                foreach (var hold in overdue) backend.Holds.Remove(hold.Owner);
                TellIfMoved(backend, wasOut: true, $"{overdue[^1].Owner} held it and did not give it back in time");
            }
        }
    }

    /// <summary>How everything is.</summary>
    /// <param name="lastEvent">The number of the newest event.</param>
    /// <param name="requests">Requests answered.</param>
    /// <param name="failures">Those answered with a 5xx.</param>
    /// <param name="inFlight">Requests being answered.</param>
    /// <returns>The report.</returns>
    public BalancerReport Report(long lastEvent, long requests, long failures, long inFlight)
    {
        lock (_lock)
        {
            return new BalancerReport(_settings.Version, _table.Split, requests, failures, inFlight, lastEvent, [.. _backends.Select(backend => new BackendReport(
                backend.Name,
                backend.Settings.Uri,
                backend.Role,
                backend.Settings.Weight,
                backend.State,
                backend.IsOut ? backend.Holds.Values.FirstOrDefault()?.Cause ?? "taken out on purpose" : backend.Cause,
                backend.Since,
                backend.Requests,
                backend.Errors,
                backend.InFlight,
                backend.Latencies.Snapshot()))]);
        }
    }

    private static string AddressOf(Backend backend) => string.Create(CultureInfo.InvariantCulture, $"{backend.Settings.Uri.Host}:{backend.Settings.Uri.Port}");

    private static string Describe(BackendFailure failure, string what) => failure switch
    {
        BackendFailure.NoConnection => $"no connection could be made for {what}",
        BackendFailure.Broken => $"{what} got a broken answer",
        BackendFailure.Late => $"{what} got no answer in time",
        _ => $"{what} got a bad answer",
    };

    private BackendCheckSettings CheckOf(Backend backend) => backend.Settings.Check ?? _settings.Check;

    private void TakeOut(Backend backend, string cause, string evidence, bool movesWaiting)
    {
        backend.PassesInRow = 0;
        if (backend.IsOut)
        {
            // It is away on purpose, and gets no requests anyway: nothing to tell, and nothing that flaps.
            (backend.Health, backend.Cause) = (BackendState.Down, cause);
            if (movesWaiting) backend.CancelMovable();
            return;
        }

        var now = _time.GetUtcNow();
        var penalty = FlapDamping.WentDown(backend.Downs, now);
        backend.QuarantinedUntil = now + penalty;
        backend.Health = BackendState.Down;
        backend.Cause = cause;
        backend.Since = now;
        Reroute();
        if (penalty == TimeSpan.Zero) Tell(BalancerEventKind.BackendDown, backend, cause, evidence);
        else Tell(BalancerEventKind.BackendFlapping, backend, string.Create(CultureInfo.InvariantCulture, $"{cause}; it went down {backend.Downs.Count} times within a minute and stays out for {penalty.TotalSeconds:0} s"), evidence);
        if (_table.IsEmpty) Tell(BalancerEventKind.AllDown, backend: null, "no backend that may be asked is left", evidence);
        if (movesWaiting) backend.CancelMovable();
    }

    // What fails without being taken out is told at the first failure, and then once in a while: it may fail a thousand times a second.
    private void TellFailing(Backend backend, string cause, string evidence)
    {
        var now = _time.GetUtcNow();
        if (backend.FailureToldAt is { } told && now - told < FailureReminder) return;
        backend.FailureToldAt = now;
        Tell(BalancerEventKind.BackendFailing, backend, cause, evidence);
    }

    private void TellIfMoved(Backend backend, bool wasOut, string cause)
    {
        if (wasOut == backend.IsOut) return;
        backend.Since = _time.GetUtcNow();
        // What was seen of it while it was away on purpose says nothing about it now: its next check decides.
        if (!backend.IsOut && backend.Health == BackendState.Down && backend.QuarantinedUntil <= backend.Since) backend.Health = BackendState.Unknown;
        Reroute();
        Tell(backend.IsOut ? BalancerEventKind.BackendDraining : BalancerEventKind.BackendBack, backend, cause, evidence: null);
    }

    private void Reroute() => _table = RoutingTable.Create(_backends, _settings.AllowsCanaryAlone);

    private void Tell(BalancerEventKind kind, Backend? backend, string cause, string? evidence) =>
        _tell(new BackendChange(kind, backend?.Name, backend?.Role, _table.Split, cause, evidence));
}
