using System.Globalization;
using DevOps.Core.Servers;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>Describes a balancer by its settings, and by what its process says if one runs.</summary>
internal static class BalancerView
{
    private const double Median = 0.5;
    private const double Most = 0.95;
    private const double NearlyAll = 0.99;

    /// <summary>Describes a balancer.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="logFile">What its process writes.</param>
    /// <param name="status">Its process's status; nothing when none runs.</param>
    /// <param name="report">Its report; nothing when it does not serve.</param>
    /// <returns>The balancer.</returns>
    public static CanaryBalancer Of(BalancerSettings settings, BalancerFiles files, string logFile, ServerStatus? status, BalancerReport? report)
    {
        var isThere = status is not null && status.State != ServerState.Failed;
        return new CanaryBalancer(
            settings.Name,
            StateOf(status, report),
            BalancerAddress.Of(settings),
            report?.Split ?? SplitOf(settings),
            report is null ? [.. settings.Backends.Select(backend => Backend(settings, backend))] : [.. report.Backends.Select(backend => Backend(settings, backend))],
            report?.Requests ?? 0,
            report?.Failures ?? 0,
            report?.InFlight ?? 0,
            isThere ? status!.StartedAt : null,
            isThere ? status!.ProcessId : null,
            settings.IsSticky,
            settings.IsPersistent)
        {
            HealthCheck = Check(settings.Check),
            EjectsFailingCanary = settings.EjectsFailingCanary,
            AllowsCanaryAlone = settings.AllowsCanaryAlone,
            RetriesUnsafeRequests = settings.RetriesUnsafeRequests,
            ShowsServedBy = settings.ShowsServedBy,
            StatusUri = settings.StatusPort is { } port ? new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri : null,
            AccessLogPath = settings.WritesAccessLog ? settings.AccessLogFile ?? files.AccessLogFile : null,
            CertificatePath = settings.CertificateFile,
            AnswerTimeout = settings.AnswerTimeout,
            ConnectTimeout = settings.ConnectTimeout,
            DrainTimeout = settings.DrainTimeout,
            MaxRequestBody = settings.MaxRequestBody,
            LogPath = logFile,
        };
    }

    private static BalancerState StateOf(ServerStatus? status, BalancerReport? report) => status?.State switch
    {
        null or ServerState.Failed => BalancerState.Stopped,
        ServerState.Stopping => BalancerState.Stopping,
        ServerState.Running when report is not null => ServingState(report),
        _ => BalancerState.Starting,
    };

    private static BalancerState ServingState(BalancerReport report)
    {
        if (report.Split == "0:0") return BalancerState.Unavailable;
        // Before the first checks are done nobody is up, and everybody is asked.
        var isChecked = report.Backends.Any(backend => backend.State == BackendState.Up);
        return report.Backends.Any(backend => backend.Weight > 0 && (backend.State == BackendState.Down || (backend.State == BackendState.Unknown && isChecked)))
            ? BalancerState.Degraded
            : BalancerState.Running;
    }

    // What it would be, were the process running and every backend up.
    private static string SplitOf(BalancerSettings settings)
    {
        int Weight(ApplicationRole role) => settings.Backends.Where(backend => backend.Role == role && !backend.IsDraining).Sum(backend => backend.Weight);
        return string.Create(CultureInfo.InvariantCulture, $"{Weight(ApplicationRole.Production)}:{Weight(ApplicationRole.Canary)}");
    }

    private static BalancerBackend Backend(BalancerSettings settings, BackendSettings backend) => new(
        settings.Name,
        backend.Name,
        backend.Uri,
        backend.Role,
        backend.Weight,
        backend.IsDraining ? BackendState.Drained : BackendState.Unknown,
        backend.IsDraining ? "taken out on purpose" : "the balancer does not run",
        Since: null,
        Requests: 0,
        Errors: 0,
        InFlight: 0,
        LatencyP50: null,
        LatencyP95: null,
        LatencyP99: null)
    {
        HealthCheck = Check(backend.Check ?? settings.Check),
    };

    private static BalancerBackend Backend(BalancerSettings settings, BackendReport backend) => new(
        settings.Name,
        backend.Name,
        backend.Uri,
        backend.Role,
        backend.Weight,
        backend.State,
        backend.Cause,
        backend.Since,
        backend.Requests,
        backend.Errors,
        backend.InFlight,
        LatencyHistogram.Percentile(backend.Latencies, Median),
        LatencyHistogram.Percentile(backend.Latencies, Most),
        LatencyHistogram.Percentile(backend.Latencies, NearlyAll))
    {
        HealthCheck = Check(settings.Backends.FirstOrDefault(candidate => candidate.Name == backend.Name)?.Check ?? settings.Check),
    };

    private static BackendHealthCheck Check(BackendCheckSettings check) => new(check.Path, check.Interval, check.Timeout, check.Fall, check.Rise);
}
