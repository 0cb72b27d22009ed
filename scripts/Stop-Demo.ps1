<#
.SYNOPSIS
Removes everything that Start-Demo.ps1 made, and says what it kept.

.DESCRIPTION
Stops what is being deployed, removes the demo's droplets with the local cloud that carries them, and deletes the demo's
folder with its repository, working clone and passwords. What was not pushed from the working clone is lost with it.
The droplet image and the Debian packages stay, so that the next start takes less time; they are named with the commands
that remove them, and so is all else that stays on the machine. When the local cloud has droplets that are not the demo's,
it stays with them; one that does not run is started first, since only its API can tell.

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

function Stop-RunningDeployment([string] $EnvironmentFile) {
    # Also with a file that is broken by now; one from which nothing was ever deployed has nothing to stop.
    $deployments = @(Get-Deployment -Environment $EnvironmentFile -ErrorAction Ignore)
    $running = @($deployments | Where-Object { "$($_.State)" -in 'Running', 'Waiting' })
    if ($running) {
        Write-Step "Stopping $($running.Count) deployment(s)"
        $null = $running | Stop-Deployment -Confirm:$false
        Write-Done 'nothing is being deployed any more'
    }

    $deployments.Count
}

function Stop-DemoBalancer {
    $existing = Get-CanaryBalancer -Name $Balancer -ErrorAction Ignore
    if (-not $existing) { return }
    $addresses = @(Get-LocalAddress)
    $strangers = @($existing.Backends | Where-Object { $_.Uri.Host -notin $addresses })
    if ($addresses -and $strangers) {
        Write-Line "Kept the balancer '$Balancer': it serves $($strangers.Name -join ', '), which is not the demo's."
        return
    }

    Write-Step 'Balancer'
    Stop-CanaryBalancer -Name $Balancer -Remove -Confirm:$false
    Write-Done 'stopped, and its settings are gone'
}

function Stop-DemoMonitor([string] $Folder) {
    # One that was there before is somebody's own.
    if (-not [System.IO.File]::Exists((Get-MonitorRecord $Folder)) -or -not (Get-HeartbeatMonitor)) { return }
    Write-Step 'Heartbeat monitor'
    Stop-HeartbeatMonitor -Remove -Confirm:$false
    Write-Done 'stopped, and its settings and its history are gone'
}

function Remove-DemoFlagServer {
    # What it kept here. Its droplets are gone by then, so that nothing is left to be done there.
    if ("$((Get-LocalCloud).State)" -ne 'Running') { return }
    if (Get-FeatureFlagServer -Name "$FlagServer*" | Where-Object Name -EQ $FlagServer) { Uninstall-FeatureFlagServer -Name $FlagServer -Confirm:$false }
}

function Get-LocalAddress {
    # A local cloud that does not run cannot be asked; its droplets serve nobody then.
    if ("$((Get-LocalCloud).State)" -ne 'Running') { return }
    Get-Droplet -Connection $Connection | ForEach-Object { $_.PublicAddress; $_.PrivateAddress }
}

function Get-ForeignDroplet {
    $cloud = Get-LocalCloud
    if ("$($cloud.State)" -ne 'Running') {
        if ($cloud.Droplets -eq 0) { return }
        Stop-LocalCloud -Confirm:$false
        try { $null = Start-LocalCloud -Confirm:$false }
        catch {
            throw "The local cloud does not start, so nobody can tell whose its $($cloud.Droplets) droplets are: $_ Mend that, or remove all of them with: $(Get-Launcher) -Command 'Stop-LocalCloud -Purge'. Then run this again."
        }
    }

    Get-Droplet -Connection $Connection | Where-Object Fleet -NotIn $names
}

function Write-Kept([string] $Folder) {
    $record = Get-PackageRecord $Folder
    if ([System.IO.File]::Exists($record)) {
        $noted = @([System.IO.File]::ReadAllLines($record) | Where-Object { $_ })
        $missing = @(Get-MissingPackage $noted)
        $packages = @([System.Linq.Enumerable]::Distinct([string[]] $noted) | Where-Object { $_ -notin $missing })
        if ($packages) {
            [System.IO.File]::WriteAllLines($record, [string[]] $packages)
            Write-Line "Kept the Debian packages that Start-Demo.ps1 had installed: $($packages -join ', '). To remove them:"
            Write-Line "    apt-get remove --auto-remove $($packages -join ' ')"
        }
        else { [System.IO.File]::Delete($record) }
    }

    if ([System.IO.File]::ReadAllLines('/etc/passwd') | Where-Object { $_.StartsWith('devops-build:') }) {
        Write-Line 'Kept the account devops-build, under which every installation on this machine builds. To remove it:'
        Write-Line '    userdel devops-build'
    }

    Write-Line "Kept the installation's own client key. The demo can be started again at any time."
}

$folder = Get-DemoFolder
$names = $Fleets | ForEach-Object { $_.Name }
if (-not $PSCmdlet.ShouldProcess("the fleets $($names -join ', '), the local cloud that carries them, and '$folder'", 'Remove')) { exit 0 }

# Without a folder there is no Start-Demo.ps1 at work: it makes the folder before anything else.
$lock = if ([System.IO.Directory]::Exists($folder)) { Lock-Demo $folder }
try {
    $environmentFile = "$folder/production.psd1"
    $deployed = Stop-RunningDeployment $environmentFile

    Stop-DemoMonitor $folder
    Stop-DemoBalancer
    Write-Step 'Droplets and the local cloud'
    $others = @(Get-ForeignDroplet)
    if ($others) {
        Get-DropletFleet -Connection $Connection | Where-Object Name -In $names | ForEach-Object {
            Set-DropletFleet -Name $_.Name -Protected:$false -Connection $Connection
            Remove-DropletFleet -Name $_.Name -Connection $Connection -Confirm:$false
        }

        Remove-DemoFlagServer
        Write-Done "the demo's fleets are gone; the local cloud stays for $(($others | ForEach-Object { $_.Name }) -join ', ')"
    }
    else {
        if ("$((Get-LocalCloud).State)" -eq 'Running') {
            Get-DropletFleet -Connection $Connection | Where-Object Name -EQ flags | Remove-DropletFleet -Connection $Connection -Confirm:$false
            Remove-DemoFlagServer
        }

        Stop-LocalCloud -Purge -Confirm:$false
        Write-Done 'gone, with their network'
    }

    Write-Step 'Files'
    if ($deployed -gt 0) { Remove-DeploymentEnvironment -Environment $environmentFile -Confirm:$false }
    if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
    Write-Done "releases and journals of the demo are gone, and $folder"
    Write-Kept $folder
}
finally {
    if ($lock) { $lock.Dispose() }
}

exit 0
