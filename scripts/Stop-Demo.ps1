<#
.SYNOPSIS
Removes everything that Start-Demo.ps1 made, and says what it kept.

.DESCRIPTION
Stops what is being deployed, removes the demo's droplets with the local cloud that carries them, and deletes the demo's
folder with its repository, working clone and passwords. What was not pushed from the working clone is lost with it.
The droplet image and the Debian packages stay, so that the next start takes less time; the commands that remove them
are shown. When the local cloud has droplets that are not the demo's, it stays with them.

.EXAMPLE
./devops scripts/Stop-Demo.ps1

Removes the demo.

.EXAMPLE
./devops scripts/Stop-Demo.ps1 -WhatIf

Says what would be removed.
#>
[CmdletBinding(SupportsShouldProcess)]
param()

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
. "$PSScriptRoot/Common/Demo.ps1"

$cloud = Get-LocalCloud
$folder = Get-DemoFolder
$names = $Fleets | ForEach-Object { $_.Name }
$kept = @()
if ([System.IO.File]::Exists("$folder/packages")) { $kept = @([System.IO.File]::ReadAllLines("$folder/packages")) }

if (-not $PSCmdlet.ShouldProcess("the fleets $($names -join ', '), the local cloud that carries them, and '$folder'", 'Remove')) { exit 0 }

$environmentFile = "$folder/production.psd1"
$isDeployed = $false
if ([System.IO.File]::Exists($environmentFile)) {
    $deployments = @(Get-Deployment -Environment $environmentFile)
    $isDeployed = $deployments.Count -gt 0
    $running = @($deployments | Where-Object { "$($_.State)" -in 'Running', 'Waiting' })
    if ($running) {
        Write-Step "Stopping $($running.Count) deployment(s)"
        $null = $running | Stop-Deployment -Confirm:$false
        Write-Done 'nothing is being deployed any more'
    }
}

Write-Step 'Droplets and the local cloud'
$others = @()
if ("$($cloud.State)" -eq 'Running') {
    $others = @(Get-Droplet -Connection $Connection | Where-Object Fleet -NotIn $names)
}

if ($others) {
    Get-DropletFleet -Connection $Connection | Where-Object Name -In $names | ForEach-Object {
        Set-DropletFleet -Name $_.Name -Protected:$false -Connection $Connection
        Remove-DropletFleet -Name $_.Name -Connection $Connection -Confirm:$false
    }

    Write-Done "the demo's fleets are gone; the local cloud stays for $(($others | ForEach-Object { $_.Name }) -join ', ')"
}
else {
    Stop-LocalCloud -Purge -Confirm:$false
    Write-Done 'gone, with their network'
}

Write-Step 'Files'
if ($isDeployed) { Remove-DeploymentEnvironment -Environment $environmentFile -Confirm:$false }
if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
Write-Done "releases and journals of the demo are gone, and $folder"

if ($kept) {
    Write-Line "Kept the Debian packages that Start-Demo.ps1 had installed: $($kept -join ', '). To remove them:"
    Write-Line "    apt-get remove --auto-remove $($kept -join ' ')"
}

Write-Line "Kept the installation's own client key. The demo can be started again at any time."
exit 0
