using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>The systemd unit that keeps a balancer running.</summary>
internal static class BalancerUnit
{
    private const int FirstUnprivilegedPort = 1_024;

    // What the process needs to end beside the time to drain, before systemd kills it.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(10);

    /// <summary>The unit's name.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <returns>Such as <c>devops-balancer-checkbox.service</c>.</returns>
    public static string NameOf(string balancer) => $"devops-balancer-{balancer}.service";

    /// <summary>Describes the unit.</summary>
    /// <param name="settings">The balancer's settings.</param>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="launch">What is started.</param>
    /// <param name="dotnet">The <c>dotnet</c> host that runs it.</param>
    /// <returns>The unit.</returns>
    public static SystemdUnit Of(BalancerSettings settings, StateFolder state, ServerLaunch launch, string dotnet) => new()
    {
        Name = NameOf(settings.Name),
        Description = $"Balancer of {settings.Name}",
        StateFolder = state.Root,
        Program = dotnet,
        Arguments = [launch.AssemblyFile, .. launch.Arguments],
        Variables = BalancerVariables.All,
        LogFile = launch.LogFile,
        SocketFile = launch.SocketFile,
        Reads = [.. ((string?[])[settings.CertificateFile, settings.KeyFile]).OfType<string>()],
        Writes = settings.AccessLogFile is { } log ? [Path.GetDirectoryName(log)!] : [],
        OpensPrivilegedPort = settings.Port < FirstUnprivilegedPort || settings.StatusPort < FirstUnprivilegedPort,
        StopTimeout = settings.DrainTimeout + EndGrace,
    };
}
