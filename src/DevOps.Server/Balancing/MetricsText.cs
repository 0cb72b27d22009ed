using System.Globalization;
using System.Text;
using DevOps.Core.Balancing;
using DevOps.Model;
using DevOps.Server.Administration;

namespace DevOps.Server.Balancing;

/// <summary>Writes a balancer's counters for Prometheus.</summary>
internal static class MetricsText
{
    // Upper bounds in seconds, as Prometheus' client libraries have them.
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Writes the metrics.</summary>
    /// <param name="name">The balancer's name, made of letters, digits and hyphens.</param>
    /// <param name="report">How everything is.</param>
    /// <param name="counters">The counters of requests.</param>
    /// <param name="droppedLines">Lines of the access log that were dropped.</param>
    /// <param name="connections">The connections of clients.</param>
    /// <returns>The text.</returns>
    public static string Of(string name, BalancerReport report, RequestCounters counters, long droppedLines, long connections)
    {
        var text = new StringBuilder();
        var balancer = $"balancer=\"{name}\"";
        PrometheusText.Begin(text, "devops_balancer_requests_total", "counter", "Requests answered, by class of status.");
        for (var statusClass = 1; statusClass <= 5; statusClass++) PrometheusText.Line(text, "devops_balancer_requests_total", $"{balancer},code=\"{statusClass}xx\"", counters.AnsweredWith(statusClass));
        Single(text, "devops_balancer_requests_in_flight", "gauge", "Requests being answered.", balancer, counters.InFlight);
        Single(text, "devops_balancer_retries_total", "counter", "Requests asked again of another backend.", balancer, counters.Retries);
        Single(text, "devops_balancer_connections", "gauge", "Connections of clients.", balancer, connections);
        Single(text, "devops_balancer_access_log_dropped_total", "counter", "Lines of the access log that were dropped because the disk could not follow.", balancer, droppedLines);
        Backends(text, "devops_balancer_backend_up", "gauge", "Whether a backend gets requests.", report, balancer, backend => backend.State == BackendState.Up ? 1 : 0);
        Backends(text, "devops_balancer_backend_weight", "gauge", "A backend's weight.", report, balancer, backend => backend.Weight);
        Backends(text, "devops_balancer_backend_attempts_total", "counter", "How often a backend was asked.", report, balancer, backend => backend.Requests);
        Backends(text, "devops_balancer_backend_errors_total", "counter", "How many of those attempts failed.", report, balancer, backend => backend.Errors);
        Backends(text, "devops_balancer_backend_in_flight", "gauge", "Attempts under way.", report, balancer, backend => backend.InFlight);
        PrometheusText.Begin(text, "devops_balancer_backend_latency_seconds", "histogram", "Time from asking a backend to the beginning of its answer.");
        foreach (var backend in report.Backends) Histogram(text, LabelsOf(balancer, backend), backend.Latencies);
        return text.ToString();
    }

    private static string LabelsOf(string balancer, BackendReport backend) => $"{balancer},backend=\"{backend.Name}\",role=\"{backend.Role.ToString().ToLowerInvariant()}\"";

    private static void Histogram(StringBuilder text, string labels, IReadOnlyList<LatencyBucket> buckets)
    {
        const string name = "devops_balancer_backend_latency_seconds";
        var total = buckets.Sum(bucket => bucket.Count);
        foreach (var bound in Bounds)
        {
            var below = buckets.Where(bucket => LatencyHistogram.UpperBound(bucket.Index).TotalSeconds <= bound).Sum(bucket => bucket.Count);
            PrometheusText.Line(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{labels},le=\"{bound}\""), below);
        }

        PrometheusText.Line(text, name + "_bucket", $"{labels},le=\"+Inf\"", total);
        PrometheusText.Line(text, name + "_sum", labels, buckets.Sum(bucket => bucket.Count * LatencyHistogram.UpperBound(bucket.Index).TotalSeconds));
        PrometheusText.Line(text, name + "_count", labels, total);
    }

    private static void Backends(StringBuilder text, string name, string type, string help, BalancerReport report, string balancer, Func<BackendReport, long> value)
    {
        PrometheusText.Begin(text, name, type, help);
        foreach (var backend in report.Backends) PrometheusText.Line(text, name, LabelsOf(balancer, backend), value(backend));
    }

    private static void Single(StringBuilder text, string name, string type, string help, string labels, long value)
    {
        PrometheusText.Begin(text, name, type, help);
        PrometheusText.Line(text, name, labels, value);
    }
}
