using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Makes another node of a feature flag server the master.</para>
/// <para type="description">A planned fail-over: the master holds up changes until the new one has them all, and hands over; then the others follow the new master. Nothing that was acknowledged is lost, and reads go on all the time. When the new master does not have everything in time, nothing is switched. Interrupted halfway, it is finished by being run again.</para>
/// <para type="description">When the master does not answer, -Force has the replica that has most take its place. A change that only the old master had is lost then. When the old one comes back, it takes no changes, since no replica follows it, until Install-FeatureFlagServer makes it a replica.</para>
/// </summary>
/// <example>
/// <code>Switch-FeatureFlagServer flags</code>
/// <para>Makes the replica that has most the master, for example before the old master's droplet is restarted.</para>
/// </example>
/// <example>
/// <code>Switch-FeatureFlagServer flags -To flags-1</code>
/// <para>Makes a certain node the master.</para>
/// </example>
/// <example>
/// <code>Switch-FeatureFlagServer flags -Force</code>
/// <para>Puts a replica in the place of a master that is lost.</para>
/// </example>
[Cmdlet(VerbsCommon.Switch, "FeatureFlagServer", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlagServer))]
public sealed class SwitchFeatureFlagServerCommand : FeatureFlagServerCommand
{
    /// <summary>The server's exact name. By default the selected one, or the only one.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The exact name of the node that becomes master. By default the replica that has most.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(FeatureFlagServerNodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    /// <summary>Switches also when the master does not answer. What only that one had is lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long changes are held up at most; after that nothing is switched. By default ten seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var work = new FlagServerSwitch(Connector(), Servers()) { Timeout = Timeout };
        if (!TryRun((_, ct) => work.PreviewAsync(Name, To, Force, ct), out var preview)) return;
        if (!ShouldProcess($"feature flag server '{preview.Server}'", preview.Action)) return;
        if (TryRun((progress, ct) => work.RunAsync(Name, To, Force, progress, ct), out var server)) WriteObject(server);
    }
}
