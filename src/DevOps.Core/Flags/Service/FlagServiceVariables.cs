namespace DevOps.Core.Flags.Service;

/// <summary>
/// The environment variables that a service is started with. It answers each request on the thread that saw it arrive, and
/// has one heap; nothing in it depends on a language, and nodes have no libraries for one.
/// </summary>
public static class FlagServiceVariables
{
    /// <summary>The variables.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        ["DOTNET_TieredPGO"] = "1",
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
    };
}
