namespace DevOps.Server.Balancing;

/// <summary>Counts what passes through the balancer. Any number of threads count at the same time.</summary>
internal sealed class RequestCounters
{
    private const int StatusClasses = 6;

    private readonly long[] _byStatusClass = new long[StatusClasses];
    private long _begun;
    private long _ended;
    private long _retries;

    /// <summary>Requests answered.</summary>
    public long Answered => Interlocked.Read(ref _ended);

    /// <summary>Requests being answered.</summary>
    public long InFlight => Interlocked.Read(ref _begun) - Interlocked.Read(ref _ended);

    /// <summary>Requests answered with a 5xx.</summary>
    public long Failures => AnsweredWith(5);

    /// <summary>Requests that were asked again of another backend.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Requests answered with a status of a class.</summary>
    /// <param name="statusClass">The class: 2 for 2xx.</param>
    /// <returns>How many.</returns>
    public long AnsweredWith(int statusClass) => Interlocked.Read(ref _byStatusClass[statusClass]);

    /// <summary>Counts a request that begins.</summary>
    public void Begin() => Interlocked.Increment(ref _begun);

    /// <summary>Counts a request that is asked again.</summary>
    public void CountRetry() => Interlocked.Increment(ref _retries);

    /// <summary>Counts a request that has been answered.</summary>
    /// <param name="status">The answer's status.</param>
    public void End(int status)
    {
        Interlocked.Increment(ref _byStatusClass[Math.Clamp(status / 100, 0, StatusClasses - 1)]);
        Interlocked.Increment(ref _ended);
    }
}
