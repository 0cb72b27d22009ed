namespace DevOps.Core.Flags.Service;

/// <summary>What the service is called where it runs, and the paths that it answers at.</summary>
public static class FlagServiceNames
{
    /// <summary>The role's name among the servers.</summary>
    public const string Role = "flags";

    /// <summary>GET: a <see cref="FlagServiceHealth"/>, for everybody. The status is 200 as long as it can answer with flags, else 503.</summary>
    public const string HealthPath = "/health";

    /// <summary>GET: figures for Prometheus.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>POST: evaluates all flags, and with a flag's name behind it that one (OpenFeature Remote Evaluation Protocol 0.3.0).</summary>
    public const string EvaluatePath = "/ofrep/v1/evaluate/flags";

    /// <summary>GET: news of changes, as server-sent events.</summary>
    public const string EventsPath = "/ofrep/v1/events";
}
