using System.Management.Automation;
using System.Text;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Store;
using DevOps.Core.Operations;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Writes feature flags to a file of flagd's format.</para>
/// <para type="description">The file can be kept in git, given to flagd, or imported on another server with Import-FeatureFlag.</para>
/// </summary>
/// <example>
/// <code>Export-FeatureFlag ./flags.json</code>
/// <para>Writes all flags of the selected server.</para>
/// </example>
/// <example>
/// <code>Export-FeatureFlag ./beta.json -Name beta-* -Force</code>
/// <para>Writes some of them, over a file that is there.</para>
/// </example>
[Cmdlet(VerbsData.Export, "FeatureFlag", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportFeatureFlagCommand : FeatureFlagCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The flags' names. Wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Writes over a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var file = Run(() => FileSystemPath.Resolve(this, Path));
        var names = new NamePatterns(Name);
        var flags = Run((progress, _) => Flags.AllAsync(failure => progress.Report(new FailureMessage(failure))));
        var chosen = flags.Select(flag => flag.Definition).Where(flag => names.IsMatch(flag.Name)).ToList();
        foreach (var name in names.NotFound()) WriteError(ToErrorRecord(FlagFailures.NotFound(name)));
        if (!ShouldProcess(file, $"Write {chosen.Count} feature flags")) return;
        if (TryRun(() => Write(file, FlagFile.Write(chosen)), out var written) && PassThru) WriteObject(written);
    }

    private FileInfo Write(string file, string text)
    {
        try
        {
            using var stream = new FileStream(file, Force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
            return new FileInfo(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException("FeatureFlagFileNotWritable", FailureKind.PermissionDenied, $"The file cannot be written: {failure.Message}", "Give another path, or -Force to write over a file that is there.", file, failure);
        }
    }
}
