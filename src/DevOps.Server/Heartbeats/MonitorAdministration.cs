using DevOps.Core.Heartbeats.Monitor;
using DevOps.Server.Administration;

namespace DevOps.Server.Heartbeats;

/// <summary>What the monitor understands on its administration socket beside what every server does.</summary>
internal static class MonitorAdministration
{
    /// <summary>Adds it.</summary>
    /// <param name="application">The administration's application.</param>
    /// <param name="process">The monitor.</param>
    public static void Map(WebApplication application, MonitorProcess process)
    {
        application.Answer(MonitorPaths.Report, _ => Task.FromResult(process.Report()), MonitorJson.Default.MonitorReport);
        application.Answer(MonitorPaths.Beats, context => process.BeatsAsync(context.Number("after"), context.Request.Query["changes"] == "true", context.WaitTime(), context.RequestAborted), MonitorJson.Default.MonitorBeats);
        application.Obey(MonitorPaths.Check, MonitorJson.Default.MonitorCheckRequest, MonitorJson.Default.MonitorBeats, process.CheckAsync);
        application.Obey(MonitorPaths.Reload, MonitorJson.Default.MonitorReload, MonitorJson.Default.MonitorReport, process.ReloadAsync);
        application.Obey(MonitorPaths.History, MonitorJson.Default.MonitorHistoryRequest, MonitorJson.Default.MonitorHistory, process.HistoryAsync);
    }
}
