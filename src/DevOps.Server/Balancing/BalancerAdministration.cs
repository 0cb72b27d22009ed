using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Server.Administration;

namespace DevOps.Server.Balancing;

/// <summary>What a balancer understands on its administration socket beside what every server does.</summary>
internal static class BalancerAdministration
{
    /// <summary>Adds it.</summary>
    /// <param name="application">The administration's application.</param>
    /// <param name="process">The balancer.</param>
    public static void Map(WebApplication application, BalancerProcess process)
    {
        application.Answer(BalancerPaths.Report, (HttpContext _) => Task.FromResult(process.Report()), BalancerJson.Default.BalancerReport);
        application.Answer(BalancerPaths.Holds, _ => Task.FromResult(process.Holds()), BalancerJson.Default.BalancerHolds);
        application.Answer(BalancerPaths.Events, context => process.EventsAsync(context.Number("after"), context.WaitTime(), context.RequestAborted), BalancerJson.Default.BalancerEvents);
        application.Obey(BalancerPaths.Reload, BalancerJson.Default.ReloadRequest, BalancerJson.Default.BalancerReport, process.ReloadAsync);
        application.Obey(BalancerPaths.Hold, BalancerJson.Default.HoldRequest, BalancerJson.Default.BalancerReport, (request, _) => Task.FromResult(process.Hold(request)));
        application.Obey(BalancerPaths.Handover, BalancerJson.Default.HandoverRequest, ServerJson.Default.ServerStatus, (request, _) => process.HandOverAsync(request));
        application.MapGet("/" + BalancerPaths.Metrics, (RequestDelegate)(context => PrometheusText.AnswerAsync(context, process.Metrics())));
    }
}
