using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Environments;

/// <summary>
/// <para type="synopsis">Checks environment files and tells everything that is wrong with them.</para>
/// <para type="description">Reads a PowerShell data file that describes a deployment environment, without running anything in it, and writes one object for each thing that is wrong, with file, line and key. Nothing is written when all is well. Only literals are allowed in the file: strings, numbers, $true, $false, $null, lists and tables. docs/environment-file.md describes every key.</para>
/// </summary>
/// <example>
/// <code>Test-DeploymentEnvironment ./production.psd1</code>
/// <para>Lists what is wrong with the file, or nothing.</para>
/// </example>
/// <example>
/// <code>if (Test-DeploymentEnvironment ./production.psd1 -Quiet) { 'The file is fine.' }</code>
/// <para>Asks only whether anything can be deployed with the file.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem ./environments -Filter *.psd1 | Test-DeploymentEnvironment | Where-Object Severity -eq Error</code>
/// <para>Lists the errors, but not the warnings, of all files in a folder.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "DeploymentEnvironment")]
[OutputType(typeof(DeploymentEnvironmentFinding), typeof(bool))]
public sealed class TestDeploymentEnvironmentCommand : DevOpsCommand
{
    /// <summary>The environment file. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Write only $true or $false for each file: whether it has no error. Warnings do not count.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            if (!TryRun(() => EnvironmentReader.Check(FileSystemPath.Resolve(this, path)), out var result)) continue;
            if (Quiet) WriteObject(!result.Findings.Any(finding => finding.Severity == FindingSeverity.Error));
            else WriteObject(result.Findings, enumerateCollection: true);
        }
    }
}
