using System.Text;
using DevOps.Model;
using DevOps.Server.Administration;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Writes how targets are for Prometheus.</summary>
internal static class HeartbeatMetrics
{
    private const double MillisecondsPerSecond = 1_000;
    private const double PerCent = 100;

    private static readonly HeartbeatState[] States = Enum.GetValues<HeartbeatState>();

    /// <summary>Writes the figures.</summary>
    /// <param name="status">How everything is.</param>
    /// <returns>The text.</returns>
    public static string Of(StatusAnswer status)
    {
        var text = new StringBuilder();
        var targets = status.Targets;
        Each(text, "devops_heartbeat_up", "gauge", "Whether a target answers: 1 when it is up or degraded.", targets, target => target.State is HeartbeatState.Up or HeartbeatState.Degraded ? 1 : 0);
        PrometheusText.Begin(text, "devops_heartbeat_state", "gauge", "How a target is: 1 at the state that it is in.");
        foreach (var target in targets)
        {
            foreach (var state in States) PrometheusText.Line(text, "devops_heartbeat_state", $"{LabelsOf(target)},state=\"{state.ToString().ToLowerInvariant()}\"", state == target.State ? 1 : 0);
        }

        Each(text, "devops_heartbeat_latency_seconds", "gauge", "How long the last check took, when it was answered.", targets, target => target.LatencyMilliseconds / MillisecondsPerSecond);
        Each(text, "devops_heartbeat_checks_total", "counter", "Checks since the monitor began.", targets, target => target.Checks);
        Each(text, "devops_heartbeat_since_timestamp_seconds", "gauge", "When a target came to be in its state, in seconds since 1970.", targets, target => target.Since?.ToUnixTimeMilliseconds() / MillisecondsPerSecond);
        Each(text, "devops_heartbeat_since_seconds", "gauge", "How long a target has been in its state.", targets, target => target.Since is { } since ? Math.Max(0, (status.At - since).TotalSeconds) : null);
        Each(text, "devops_heartbeat_last_check_timestamp_seconds", "gauge", "When a target was checked last, in seconds since 1970.", targets, target => target.At?.ToUnixTimeMilliseconds() / MillisecondsPerSecond);
        Each(text, "devops_heartbeat_uptime_day_ratio", "gauge", "How much of the day a target was up, from 0 to 1.", targets, target => target.UptimeOfDay / PerCent);
        PrometheusText.Begin(text, "devops_heartbeat_targets", "gauge", "How many targets are in a state.");
        foreach (var state in States) PrometheusText.Line(text, "devops_heartbeat_targets", $"state=\"{state.ToString().ToLowerInvariant()}\"", targets.Count(target => target.State == state));
        return text.ToString();
    }

    private static void Each(StringBuilder text, string name, string type, string help, IReadOnlyList<StatusTarget> targets, Func<StatusTarget, double?> value)
    {
        PrometheusText.Begin(text, name, type, help);
        foreach (var target in targets)
        {
            if (value(target) is { } known) PrometheusText.Line(text, name, LabelsOf(target), known);
        }
    }

    // The scheme tells an instance's page from its droplet's SSH server, which may have the same name.
    private static string LabelsOf(StatusTarget target) =>
        $"{PrometheusText.Label("target", target.Name)},{PrometheusText.Label("group", target.Group)},{PrometheusText.Label("environment", target.Environment)},{PrometheusText.Label("scheme", target.Uri.Scheme)}";
}
