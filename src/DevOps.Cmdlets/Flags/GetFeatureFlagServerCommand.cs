using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Shows feature flag servers: who is master, and how each node stands.</para>
/// <para type="description">The state is Running when there is a master and every replica follows it, Degraded when a node is out, and Unavailable when no node that answers is a master. The property Nodes holds the nodes with their role, link and its cause, lag in bytes and time, memory and version. Who is master the nodes themselves say. A node that does not answer is shown as Unreachable, with its cause.</para>
/// </summary>
/// <example>
/// <code>Get-FeatureFlagServer</code>
/// <para>Shows all servers of the installation.</para>
/// </example>
/// <example>
/// <code>(Get-FeatureFlagServer flags).Nodes</code>
/// <para>Shows the nodes of one server.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagServer | ForEach-Object Nodes | Where-Object Link -ne Up | Format-List</code>
/// <para>Shows what is out, with its cause.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "FeatureFlagServer")]
[OutputType(typeof(FeatureFlagServer))]
public sealed class GetFeatureFlagServerCommand : FeatureFlagServerCommand
{
    /// <summary>The server's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var servers = Servers();
        var status = new FlagServerStatus(Connector(), servers);
        var patterns = new NamePatterns(Name);
        foreach (var name in servers.Names().Where(patterns.IsMatch))
        {
            if (TryRun((_, ct) => status.ReadAsync(name, ct), out var server)) WriteObject(server);
        }

        foreach (var name in patterns.NotFound()) TryRun(() => servers.Get(name), out _);
    }
}
