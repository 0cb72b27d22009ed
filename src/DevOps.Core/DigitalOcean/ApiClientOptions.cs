namespace DevOps.Core.DigitalOcean;

/// <summary>How patient the client is.</summary>
public sealed record ApiClientOptions
{
    /// <summary>How long one request may take before it is given up.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is tried again at most.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The pause before the first retry of a failure that names none; it doubles from retry to retry.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long is waited at most, all in all, for the API's limit of requests to open again.</summary>
    public TimeSpan LongestRateLimitWait { get; init; } = TimeSpan.FromMinutes(2);
}
