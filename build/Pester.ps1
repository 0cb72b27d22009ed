# Runs the Pester tests in the PowerShell that runs it. Started by build.ps1 -Task Test; runs by itself too, where Pester is
# installed.
param([string] $ResultFile, [string] $ModuleFolder)

$ErrorActionPreference = 'Stop'
# Behind the other folders: a Pester that is installed and new enough is as good.
if ($ModuleFolder) { $env:PSModulePath += [IO.Path]::PathSeparator + $ModuleFolder }
Import-Module Pester -MinimumVersion 5.5
$configuration = New-PesterConfiguration
$configuration.Run.Path = "$PSScriptRoot/../tests/Pester"
$configuration.Run.Exit = $true
$configuration.Output.Verbosity = 'Normal'
if ($ResultFile) {
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputFormat = 'NUnitXml'
    $configuration.TestResult.OutputPath = $ResultFile
}
Invoke-Pester -Configuration $configuration
