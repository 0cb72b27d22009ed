using System.Collections.Concurrent;
using System.Text;
using DevOps.Core.Flags.Service;
using DevOps.Model;
using DevOps.Server.Administration;

namespace DevOps.Server.Flags;

/// <summary>What can be asked.</summary>
internal enum FlagRequestKind
{
    /// <summary><c>GET /NAME</c>.</summary>
    Plain,

    /// <summary>OFREP, one flag.</summary>
    One,

    /// <summary>OFREP, all flags.</summary>
    All,

    /// <summary>News of changes.</summary>
    News,

    /// <summary>These figures.</summary>
    Metrics,
}

/// <summary>Counts requests, by application and kind.</summary>
internal sealed class FlagCounters
{
    private static readonly FlagRequestKind[] Kinds = Enum.GetValues<FlagRequestKind>();

    private readonly ConcurrentDictionary<string, long[]> _asked = new(StringComparer.Ordinal);
    private long _refused;

    /// <summary>Counts a request.</summary>
    /// <param name="application">Who asked.</param>
    /// <param name="kind">What.</param>
    public void Count(string application, FlagRequestKind kind) => Interlocked.Increment(ref _asked.GetOrAdd(application, static _ => new long[Kinds.Length])[(int)kind]);

    /// <summary>Counts a request of somebody who may not ask.</summary>
    public void CountRefused() => Interlocked.Increment(ref _refused);

    /// <summary>The figures, for Prometheus.</summary>
    /// <param name="health">How the service is.</param>
    /// <returns>The text.</returns>
    public string Text(FlagServiceHealth health)
    {
        var text = new StringBuilder();
        var server = $"{PrometheusText.Label("server", health.Server)},{PrometheusText.Label("node", health.Node)}";
        PrometheusText.Begin(text, "devops_flags_requests_total", "counter", "Requests of applications.");
        foreach (var (application, counts) in _asked.OrderBy(asked => asked.Key, StringComparer.Ordinal))
        {
            foreach (var kind in Kinds) PrometheusText.Line(text, "devops_flags_requests_total", $"{server},{PrometheusText.Label("application", application)},kind=\"{kind.ToString().ToLowerInvariant()}\"", Interlocked.Read(ref counts[(int)kind]));
        }

        Single("devops_flags_refused_total", "counter", "Requests without a good token.", Interlocked.Read(ref _refused));
        Single("devops_flags_up_to_date", "gauge", "Whether the Redis confirms that the flags are the newest.", health.State == FeatureFlagServiceState.Running ? 1 : 0);
        Single("devops_flags_version", "gauge", "The version of the flags.", health.Version);
        Single("devops_flags_count", "gauge", "How many flags there are.", health.Flags);
        if (health.Age is { } age) Single("devops_flags_age_seconds", "gauge", "How long ago the Redis confirmed that the flags are the newest.", age);
        return text.ToString();

        void Single(string name, string type, string help, double value)
        {
            PrometheusText.Begin(text, name, type, help);
            PrometheusText.Line(text, name, server, value);
        }
    }
}
