using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Flags.Definitions;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Sets the feature flags that a file of flagd's format defines.</para>
/// <para type="description">The whole file is checked before anything is set. Flags that are as the file says are not written again, and flags that are not in the file are not touched. A flag of another type is refused without -Force.</para>
/// </summary>
/// <example>
/// <code>Import-FeatureFlag ./flags.json -Reason 'release 7'</code>
/// <para>Sets the flags of a file.</para>
/// </example>
/// <example>
/// <code>Import-FeatureFlag ./flags.json -Server staging -WhatIf</code>
/// <para>Shows which flags would change on another server.</para>
/// </example>
[Cmdlet(VerbsData.Import, "FeatureFlag", SupportsShouldProcess = true)]
[OutputType(typeof(Model.FeatureFlag))]
public sealed class ImportFeatureFlagCommand : FeatureFlagWriteCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Lets flags get another type.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the flags that were changed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var definitions = Run(() => FlagFile.Read(Text(), Path));
        var present = Run((_, _) => Flags.AllAsync(static _ => { })).ToDictionary(flag => flag.Definition.Name, flag => flag.Definition, StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            if (present.TryGetValue(definition.Name, out var before) && FlagFile.AreSame(before, definition)) continue;
            if (!ShouldProcess($"feature flag '{definition.Name}' of {ServerName}", before is null ? "Create" : "Change")) continue;
            if (!TryRun((_, _) => Flags.ChangeAsync(definition.Name, found => FlagEdit.Replace(found?.Definition, definition, Force), Write()), out var changed)) continue;
            Warn(definition.Name, changed.Replicas);
            if (PassThru) WriteObject(changed.Flag.Show(ServerName));
        }
    }

    private string Text()
    {
        var file = FileSystemPath.Resolve(this, Path);
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException("FeatureFlagFileNotReadable", FailureKind.NotFound, $"The file cannot be read: {failure.Message}", "Give the path of a file that Export-FeatureFlag or flagd knows.", file, failure);
        }
    }
}
