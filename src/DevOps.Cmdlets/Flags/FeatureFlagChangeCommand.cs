using System.Management.Automation;
using DevOps.Core.Flags.Definitions;

namespace DevOps.Cmdlets.Flags;

/// <summary>What the cmdlets that make something else of a feature flag do alike.</summary>
public abstract class FeatureFlagChangeCommand : FeatureFlagWriteCommand
{
    /// <summary>Changes the flag only when it still has this version, which Get-FeatureFlag shows; 0 for a flag that must not be there yet.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? IfVersion { get; set; }

    /// <summary>Shows the flag.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected void Change(string name, FlagEdit edit)
    {
        if (!TryRun((_, _) => Flags.ChangeAsync(name, before => edit.Apply(name, before?.Definition), Write(IfVersion)), out var changed)) return;
        Warn(name, changed.Replicas);
        if (PassThru) WriteObject(changed.Flag.Show(ServerName));
    }
}
