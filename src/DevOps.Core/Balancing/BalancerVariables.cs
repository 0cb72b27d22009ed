namespace DevOps.Core.Balancing;

/// <summary>
/// The environment variables that a balancer's process is started with. Those of .NET's sockets let whoever finds that a
/// socket is ready go on with the work itself, instead of handing it to another thread; those of its garbage collector give
/// the process one heap, whose young generation is large enough for what many requests leave behind, and no second thread
/// that collects while requests are served. docs/benchmarks.md has what each is worth.
/// </summary>
public static class BalancerVariables
{
    /// <summary>The variables.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
        ["DOTNET_TieredPGO"] = "1",
        // Threads that wait for work sleep: hardly any of it comes to them, and what they would spin away is requests' time.
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        // 32 MB; the runtime reads it as a hexadecimal number.
        ["DOTNET_GCgen0size"] = "2000000",
    };
}
