using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>
/// A backend while the balancer runs: how it stands, and what was counted of it. How it stands is changed by
/// <see cref="BackendPool"/> alone, under its lock; counters are changed by every request, without one.
/// </summary>
public sealed class Backend
{
    private readonly WaitingAttempts _waiting = new();
    private long _requests;
    private long _errors;
    private long _inFlight;

    internal Backend(BackendSettings settings, DateTimeOffset now)
    {
        Settings = settings;
        Since = now;
        // What a proxy puts before path and query.
        Prefix = settings.Uri.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Its name.</summary>
    public string Name => Settings.Name;

    /// <summary>What part it plays.</summary>
    public ApplicationRole Role => Settings.Role;

    /// <summary>Whether it is a canary.</summary>
    public bool IsCanary => Settings.Role == ApplicationRole.Canary;

    /// <summary>Scheme, host and port.</summary>
    public string Prefix { get; }

    /// <summary>What it was told to be.</summary>
    public BackendSettings Settings { get; internal set; }

    /// <summary>The times from asking to the beginning of the answer.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>How often it was asked.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>How many attempts failed.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>How many attempts are under way.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>What is known of its health: unknown, up or down.</summary>
    internal BackendState Health { get; set; } = BackendState.Unknown;

    /// <summary>Why it is not up.</summary>
    internal string? Cause { get; set; }

    /// <summary>Since when it stands as it does.</summary>
    internal DateTimeOffset Since { get; set; }

    /// <summary>Checks that failed, or passed, one after another.</summary>
    internal int FailuresInRow { get; set; }

    /// <summary>Checks that passed, one after another, since the last failure.</summary>
    internal int PassesInRow { get; set; }

    /// <summary>When a failure that did not take it out was last told.</summary>
    internal DateTimeOffset? FailureToldAt { get; set; }

    /// <summary>When it went down, as far as flapping remembers.</summary>
    internal Queue<DateTimeOffset> Downs { get; } = new();

    /// <summary>Until when it is kept out because it flaps.</summary>
    internal DateTimeOffset QuarantinedUntil { get; set; }

    /// <summary>Who holds it, and until when.</summary>
    internal Dictionary<string, BalancerHold> Holds { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it was taken out on purpose.</summary>
    internal bool IsOut => Settings.IsDraining || Holds.Count > 0;

    /// <summary>How it stands, as everybody is told.</summary>
    internal BackendState State => IsOut ? InFlight == 0 ? BackendState.Drained : BackendState.Draining : Health;

    /// <summary>Counts an attempt that begins.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _inFlight);
    }

    /// <summary>Counts an attempt that ends.</summary>
    /// <param name="isError">Whether it failed.</param>
    public void End(bool isError)
    {
        if (isError) Interlocked.Increment(ref _errors);
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>Says that an attempt waits for the beginning of an answer.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="now">The time, as <see cref="TimeProvider.GetTimestamp"/> says.</param>
    public void Wait(WaitingAttempt attempt, long now) => _waiting.Add(attempt, now);

    /// <summary>Says that the answer has begun, or that there will be none. From then on nobody cancels the attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <returns>Whether it was still waiting: otherwise it has been cancelled, or is about to be.</returns>
    public bool StopWaiting(WaitingAttempt attempt) => _waiting.Remove(attempt);

    /// <summary>Cancels the attempts that have waited for too long.</summary>
    /// <param name="isLate">Whether an attempt that began at a time has.</param>
    public void CancelLate(Func<long, bool> isLate) => _waiting.CancelLate(isLate);

    /// <summary>Cancels the attempts that can be made elsewhere.</summary>
    internal void CancelMovable() => _waiting.CancelMovable();
}
