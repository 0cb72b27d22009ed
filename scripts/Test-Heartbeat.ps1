<#
.SYNOPSIS
Checks once how everything is, raises alerts for what has changed, and says it with its exit code: made for scheduled tasks.

.DESCRIPTION
Ends with exit code 2 when something is down, else with 3 when something could not be checked, else with 1 when something is
degraded, and with 0 when everything is up. While everything is up it prints nothing, so that cron has nothing to mail; else it shows what is
not up. Alerts go to the destinations of Add-AlertDestination: once when a target goes down or is degraded, once when it is
up again, however often this runs meanwhile.

.PARAMETER Application
Checks the instances of these applications. Without Application, Fleet and Target, everything that was deployed from here
and every target that was added is checked.

.PARAMETER Fleet
Checks the droplets of these fleets.

.PARAMETER Target
Checks these targets of Add-HeartbeatTarget.

.PARAMETER Connection
The saved connection to use instead of the usual one.

.EXAMPLE
./devops scripts/Test-Heartbeat.ps1

Checks everything.

.EXAMPLE
./devops scripts/Test-Heartbeat.ps1 -Application itrust

Checks the instances of one application. As a line of a crontab, each minute:
* * * * * /opt/devops/devops /opt/devops/scripts/Test-Heartbeat.ps1 -Application itrust
#>
[CmdletBinding()]
param(
    [string[]] $Application,
    [string[]] $Fleet,
    [string[]] $Target,
    [string] $Connection
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$heartbeats = @()
$failures = @()
try {
    if (-not (Get-Module -Name DevOps)) { Import-Module "$PSScriptRoot/../DevOps.psd1" }

    $selection = @{}
    foreach ($name in 'Application', 'Fleet', 'Target') {
        # Behind -File, PowerShell takes A,B for one text.
        if ($PSBoundParameters.ContainsKey($name)) { $selection[$name] = $PSBoundParameters[$name] -split ',' }
    }
    if ($Connection) { $selection.Connection = $Connection }

    $heartbeats = @(Test-Heartbeat @selection -Alert -ErrorAction Continue -ErrorVariable failures)
}
catch {
    $Host.UI.WriteErrorLine("$_")
    if ($_.ErrorDetails -and $_.ErrorDetails.RecommendedAction) { $Host.UI.WriteErrorLine("  $($_.ErrorDetails.RecommendedAction)") }
    exit 3
}

$states = @($heartbeats | ForEach-Object State)
$heartbeats | Where-Object State -NE 'Up'
if ($states -contains 'Down') { exit 2 }
if ($failures -or -not $heartbeats) { exit 3 }
if ($states -contains 'Degraded') { exit 1 }
exit 0
