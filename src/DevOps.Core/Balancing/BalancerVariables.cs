namespace DevOps.Core.Balancing;

/// <summary>
/// The environment variables that a balancer's process is started with. Those of .NET's sockets let whoever finds that a
/// socket is ready go on with the work itself, instead of handing it to another thread.
/// </summary>
public static class BalancerVariables
{
    /// <summary>The variables.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
        ["DOTNET_TieredPGO"] = "1",
    };
}
