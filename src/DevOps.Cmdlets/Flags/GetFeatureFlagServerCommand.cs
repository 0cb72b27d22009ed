using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Shows the feature flag servers that are known, and how they are.</para>
/// <para type="description">Each is asked. One that does not answer is an error; the others are shown all the same.</para>
/// </summary>
/// <example>
/// <code>Get-FeatureFlagServer</code>
/// <para>Shows all servers.</para>
/// </example>
/// <example>
/// <code>(Get-FeatureFlagServer flags).Replicas</code>
/// <para>Shows the replicas of one, and how far behind they are.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "FeatureFlagServer")]
[OutputType(typeof(FeatureFlagServer))]
public sealed class GetFeatureFlagServerCommand : DevOpsCommand
{
    /// <summary>The servers' names. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var connector = new FlagServerConnector(Run(() => StateFolder.Open()));
        var names = new NamePatterns(Name);
        foreach (var name in connector.Servers.Names().Where(names.IsMatch))
        {
            if (TryRun((_, ct) => connector.StatusAsync(name, ct), out var server)) WriteObject(server);
        }

        foreach (var name in names.NotFound()) WriteError(ToErrorRecord(FlagServerStore.NotFound(name)));
    }
}
