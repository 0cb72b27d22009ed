namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>
/// The environment variables that the monitor's process is started with: one heap and no second thread that collects, since
/// checks leave little behind and nobody waits for them.
/// </summary>
public static class MonitorVariables
{
    /// <summary>The variables.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_TieredPGO"] = "1",
        // Threads that wait for work sleep: what they would spin away is checks' time.
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        // What an answer leads to is done by the thread that polls the sockets: it is less than waking another one would cost.
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
    };
}
