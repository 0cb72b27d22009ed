<#
.SYNOPSIS
    Builds, tests, stages, installs and measures the module. Thin over dotnet and MSBuild.
.DESCRIPTION
    Runs alike in PowerShell 7.6 and in the bundled shell: ./devops build.ps1 -Task Test

    Build    compiles everything (a warning is an error), stages the module and writes docs/cmdlets anew.
    Test     builds, checks the formatting, runs every test project and ends with one line: N passed, N failed, N skipped.
             As root on Debian it first installs the packages that the tests need and the machine lacks. The acceptance
             tests run in PowerShell 7.6 with Pester; where they are not installed, they are fetched into .tools.
    Soak     Test with the long forms of the tests.
    Stage    fills module/bin, en-US and out/DevOps/VERSION.
    Install  stages, then copies the module to the user's PowerShell module folder.
    Bench    builds and runs the benchmarks. As root on Debian it first installs the peers that the machine lacks.
    Clean    removes everything that the other tasks made in the checkout.
.PARAMETER Task
    What to do.
.PARAMETER Project
    Test: the test projects to run, with or without DevOps. and .Tests around the name. All of them when not given.
.PARAMETER Filter
    Test: runs only test methods whose full name matches, with * at either end, such as *wrong_token*.
.PARAMETER Fast
    Test: runs only the fast tests, in less than a minute after the build: none on droplets, and none that is marked Slow.
.PARAMETER Name
    Bench: the benchmarks to run. All of them when not given.
.PARAMETER Quick
    Bench: the short form, which shows that everything works; its figures say little.
.PARAMETER Destination
    Install: the module folder to copy to, instead of the user's own.
.PARAMETER TimeoutMinutes
    Test: how long one test project may take.
.EXAMPLE
    ./devops build.ps1 -Task Test
    Everything that there is to test.
.EXAMPLE
    ./devops build.ps1 -Task Test -Fast
    What is worth running after each change.
.EXAMPLE
    ./devops build.ps1 -Task Test -Project Core -Filter *wrong_token*
    One project's tests about wrong tokens.
.EXAMPLE
    ./devops build.ps1 -Task Bench -Name balancer
    Our balancer beside others'.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Soak', 'Stage', 'Install', 'Bench', 'Clean')]
    [string] $Task = 'Build',

    [string[]] $Project = @(),

    [string] $Filter,

    [switch] $Fast,

    [string[]] $Name = @(),

    [switch] $Quick,

    [string] $Destination,

    [ValidateRange(1, 1440)]
    [int] $TimeoutMinutes = 20
)

# Only what the engine itself offers is used here and in build/*.ps1: the bundled shell has no Utility or Management cmdlets.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$root = $PSScriptRoot
. "$root/build/Common.ps1"
. "$root/build/Packages.ps1"
. "$root/build/TestProjects.ps1"
. "$root/build/TestTools.ps1"
. "$root/build/Test.ps1"
. "$root/build/Install.ps1"

switch ($Task) {
    'Build' { Invoke-Build; Update-CmdletPage }
    'Stage' { Invoke-Stage }
    'Test' { $failures = 0; Invoke-Test -Project $Project -Filter $Filter -Fast:$Fast -TimeoutMinutes $TimeoutMinutes -FailureCount ([ref] $failures); if ($failures) { exit 1 } }
    'Soak' {
        [Environment]::SetEnvironmentVariable('DEVOPS_SOAK', '1')
        $failures = 0
        Invoke-Test -Project $Project -Filter $Filter -TimeoutMinutes ($TimeoutMinutes * 6) -FailureCount ([ref] $failures)
        if ($failures) { exit 1 }
    }
    'Install' { Invoke-Stage; Install-StagedModule -Destination $Destination }
    'Bench' { Invoke-Bench -Name $Name -Quick:$Quick }
    'Clean' { Invoke-Clean }
}

exit 0
