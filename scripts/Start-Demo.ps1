<#
.SYNOPSIS
Builds the reference installation on this machine: five iTrust instances, two checkbox.io instances behind a balancer, their database server, and three nodes with feature flags, deployed by a push.

.DESCRIPTION
Starts the local cloud, creates the droplet fleets data, itrust, checkbox and flags on it, prepares the database server,
makes a Redis master and two replicas of the fleet flags with the service that answers applications beside each, makes a git
repository with the two sample applications whose hook deploys what is pushed to the branches production and canary, pushes,
starts a balancer that sends two of three requests for checkbox.io to production and each third to the canary, and a monitor
whose page shows a box for each instance.
Everything is real: Debian hosts with systemd, reached over SSH, a MariaDB server, Redis, Tomcat and Node.

Run it again at any time: it goes on where it was interrupted and leaves alone what is there already. Stop-Demo.ps1
removes everything that it made. Missing Debian packages are installed, which takes root.

.PARAMETER Port
The port on loopback at which the local cloud's API listens. Without it, the local cloud's usual one.

.PARAMETER BalancerPort
The port on loopback at which the balancer serves checkbox.io. 80 when not given.

.PARAMETER MonitorPort
The port on loopback at which the heartbeat monitor serves its page. 8090 when not given.

.EXAMPLE
./devops scripts/Start-Demo.ps1

Builds the demo, or what is missing of it, and shows its seven instances.

.EXAMPLE
./devops scripts/Start-Demo.ps1 -Port 9050

The same, with the local cloud's API at port 9050.
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 65535)]
    [int] $Port,

    [ValidateRange(1, 65535)]
    [int] $BalancerPort = 80,

    [ValidateRange(1, 65535)]
    [int] $MonitorPort = 8090
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest
. "$PSScriptRoot/Common/Demo.ps1"

# What building iTrust takes on this machine.
$BuildPackages = 'git', 'openjdk-17-jdk-headless', 'libtomcat10-java'

function Install-Noted([string] $Folder, [scriptblock] $Install) {
    # Stop-Demo.ps1 names what stays on the machine, also when this ends by an error or by Ctrl+C.
    $before = @(& apt-mark showmanual)
    try {
        & $Install
    }
    finally {
        $new = @(& apt-mark showmanual | Where-Object { $_ -notin $before })
        if ($new) { [System.IO.File]::AppendAllLines((Get-PackageRecord $Folder), [string[]] $new) }
    }
}

function Install-BuildPackage([string] $Folder) {
    $missing = @(Get-MissingPackage $BuildPackages)
    if (-not $missing) { return }
    Write-Line "    installing $($missing -join ', ')"
    $env:DEBIAN_FRONTEND = 'noninteractive'
    Install-Noted $Folder {
        # The log is shown only if it fails: its lines say nothing to somebody who wants to see a demo.
        & sh -c 'log=$1; shift; { apt-get update && apt-get install --yes --no-install-recommends "$@"; } >"$log" 2>&1 || { cat "$log"; exit 1; }' sh "$Folder/packages.log" @missing
    }
}

function New-DemoFleet {
    # All fleets at once: their hosts spend most of the time waiting for each other's downloads.
    $Fleets | ForEach-Object -ThrottleLimit $Fleets.Count -Parallel {
        $ErrorActionPreference = 'Stop'
        Import-Module $using:Manifest
        $fleet = $_
        New-DropletFleet @fleet -Connection $using:Connection
    }
}

function Get-DemoSecret([string] $Folder, [string] $Name) {
    # Made once and kept, 0600: the file is what production.psd1 refers to.
    $file = "$Folder/secrets/$Name"
    if (-not [System.IO.File]::Exists($file)) {
        $null = [System.IO.Directory]::CreateDirectory("$Folder/secrets", [System.IO.UnixFileMode] 'UserRead, UserWrite, UserExecute')
        [System.IO.File]::WriteAllText("$file.new", '')
        [System.IO.File]::SetUnixFileMode("$file.new", [System.IO.UnixFileMode] 'UserRead, UserWrite')
        [System.IO.File]::WriteAllText("$file.new", [System.Security.Cryptography.RandomNumberGenerator]::GetHexString(48, $true) + "`n")
        [System.IO.File]::Move("$file.new", $file, $true)
    }

    [System.IO.File]::ReadAllText($file).Trim()
}

function Initialize-DemoDatabase([string] $Folder) {
    $droplet = Get-Droplet -Fleet data -Connection $Connection
    # Passwords go over SSH by standard input, where no process list shows them.
    $settings = @(
        "listen $($droplet.PrivateAddress)"
        "database itrust $(Get-DemoSecret $Folder 'itrust-database')"
        "database checkbox $(Get-DemoSecret $Folder 'checkbox-database')"
    )
    $code = [System.IO.File]::ReadAllText("$Root/samples/database/setup.sh")
    $result = Invoke-DropletCommand -Fleet data -Connection $Connection -Command $code -StandardInput $settings
    if ($result.ExitCode -ne 0) { throw "The database server could not be prepared: $($result.ErrorOutput)" }
    $droplet
}

function Initialize-DemoFlag([string] $Folder) {
    $null = Install-FeatureFlagServer -Fleet flags -Name $FlagServer -Connection $Connection -Confirm:$false
    # The file is what production.psd1 refers to; without it the token is known to nobody, and another one is made.
    $token = "$Folder/secrets/checkbox-flags"
    $known = Get-FeatureFlagToken -Application 'checkbox*' -Server $FlagServer
    if (-not $known -or -not [System.IO.File]::Exists($token)) { $null = New-FeatureFlagToken -Application checkbox -Server $FlagServer -Path $token -Force -Confirm:$false }
    $places = @(Start-FeatureFlagService -Server $FlagServer -Persistent -PassThru -Confirm:$false)
    if (-not (Get-FeatureFlag -Name 'featureflag*' -Server $FlagServer)) { $null = Set-FeatureFlag -Name featureflag -Value $false -Server $FlagServer -Reason 'the demo begins' -Confirm:$false }
    $places
}

function Initialize-DemoRepository([string] $Folder) {
    $bare = "$Folder/production.git"
    $work = "$Folder/work"
    if (-not [System.IO.File]::Exists("$Folder/production.psd1")) {
        [System.IO.File]::Copy("$Root/samples/production.psd1", "$Folder/production.psd1")
    }

    if (-not [System.IO.File]::Exists("$bare/HEAD")) { & git init --quiet --bare --initial-branch=production $bare }
    if (-not [System.IO.Directory]::Exists($work)) {
        # Made under another name first, so that an interruption never leaves half a clone behind.
        if ([System.IO.Directory]::Exists("$work.new")) { [System.IO.Directory]::Delete("$work.new", $true) }
        & git init --quiet --initial-branch=production "$work.new"
        & cp -R "$Root/samples/itrust" "$Root/samples/checkbox" "$Root/samples/.gitignore" "$work.new/"
        if ([System.IO.Directory]::Exists("$work.new/itrust/build")) { [System.IO.Directory]::Delete("$work.new/itrust/build", $true) }
        & git -C "$work.new" config user.name 'DevOps demo'
        & git -C "$work.new" config user.email 'demo@localhost'
        & git -C "$work.new" remote add production $bare
        & git -C "$work.new" add --all
        & git -C "$work.new" -c commit.gpgsign=false commit --quiet --message 'First release of iTrust and checkbox.io'
        [System.IO.Directory]::Move("$work.new", $work)
    }

    $null = Install-DeploymentHook -Repository $bare -Environment "$Folder/production.psd1" -Branch production
}

function Publish-FirstRelease([string] $Folder) {
    # The hook does the work, exactly as it does for every later push.
    $PSNativeCommandUseErrorActionPreference = $false
    & git "--git-dir=$Folder/production.git" rev-parse --quiet --verify refs/heads/production >$null
    if ($LASTEXITCODE -ne 0) {
        & git -C "$Folder/work" push production production
        if ($LASTEXITCODE -ne 0) { throw "The push to '$Folder/production.git' failed." }
        return
    }

    # It was pushed before. If a deployment was interrupted since, pushing the same commit again would do nothing.
    $instances = @(Get-ApplicationInstance -Environment "$Folder/production.psd1")
    if (@($instances | Where-Object Health -NE 'Healthy').Count -eq 0) {
        Write-Line '    every instance is healthy already'
        return
    }

    $commit = & git "--git-dir=$Folder/production.git" rev-parse refs/heads/production
    & "$PSScriptRoot/Deploy-Production.ps1" -Environment "$Folder/production.psd1" -Repository "$Folder/production.git" -Commit $commit
}

function Start-DemoBalancer([object[]] $Instances) {
    $existing = Get-CanaryBalancer -Name $Balancer -ErrorAction Ignore
    $strangers = @(Get-ForeignBackend $existing $Instances)
    if ($strangers) { throw "There is a balancer '$Balancer' already that serves $($strangers -join ', '), which is not the demo's. Remove it with: $(Get-Launcher) -Command 'Stop-CanaryBalancer $Balancer -Remove'" }
    $Instances | Where-Object Application -EQ 'checkbox' | Start-CanaryBalancer -Name $Balancer -Port $BalancerPort -HealthPath /health -PassThru -Confirm:$false
}

function Start-DemoMonitor([string] $Folder) {
    $existing = Get-HeartbeatMonitor
    # One that is there already is somebody's own: it finds the demo's instances by itself, and stays as it is.
    if ($existing -and "$($existing.State)" -eq 'Running') { return $existing }
    if (-not $existing) { [System.IO.File]::WriteAllText((Get-MonitorRecord $Folder), '') }
    $settings = if ($existing) { @{} } else { @{ Port = $MonitorPort } }
    Start-HeartbeatMonitor @settings -PassThru -Confirm:$false
}

function Wait-DemoHeartbeat([int] $Count) {
    # It looks for what there is to check now and then; the first time, when it begins.
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    do {
        $monitor = Get-HeartbeatMonitor
        if ($monitor.Up + $monitor.Degraded + $monitor.Down -ge $Count) { break }
        $null = [System.Threading.Tasks.Task]::Delay(200).Wait(1000)
    } while ($clock.Elapsed.TotalSeconds -lt 15)
    $monitor
}

function Get-ServedBy([Uri] $Uri, [int] $Requests) {
    # Who answers, as the header says that curl --include shows.
    $client = [System.Net.Http.HttpClient]::new()
    try {
        for ($request = 0; $request -lt $Requests; $request++) {
            $answer = $client.GetAsync($Uri).GetAwaiter().GetResult()
            try { $answer.Headers.GetValues('X-Served-By') } finally { $answer.Dispose() }
        }
    }
    finally { $client.Dispose() }
}

function Write-Summary([string] $Folder, [object[]] $Instances, [Uri] $BalancerUri, [Uri] $MonitorUri, [TimeSpan] $Elapsed) {
    $Instances | Out-Host
    $first = @{}
    foreach ($instance in $Instances) {
        if (-not $first.ContainsKey($instance.Application)) { $first[$instance.Application] = $instance.Uri }
    }

    Write-Line "The demo is up after $([int]$Elapsed.TotalSeconds) s."
    Write-Line
    Write-Line "  iTrust        $($first['itrust'])"
    Write-Line "  checkbox.io   $BalancerUri"
    Write-Line "  heartbeats    $MonitorUri"
    Write-Line "  working clone $Folder/work"
    Write-Line "  environment   $Folder/production.psd1"
    Write-Line
    Write-Line 'Five things to try:'
    Write-Line
    Write-Line '  1. Change both applications and push. Five and two instances are updated, one after another:'
    Write-Line "       cd $Folder/work"
    Write-Line '       echo 2.0 > itrust/version.txt; echo 2.0 > checkbox/version.txt'
    Write-Line "       git commit --all --message 'Version 2.0'; git push production production"
    Write-Line '  2. Take that back everywhere:'
    Write-Line "       $(Get-Launcher) -Command 'Undo-Deployment -Environment production'"
    Write-Line '  3. Restart the five iTrust instances one by one, and see one box after another turn on the page of heartbeats:'
    Write-Line "       $(Get-ScriptCommand 'Show-RollingUpdate.ps1')"
    Write-Line '  4. Push a change to the canary alone. Each third page comes from there:'
    Write-Line "       cd $Folder/work; echo 3.0-canary > checkbox/version.txt"
    Write-Line "       git commit --all --message 'Canary'; git push production HEAD:canary"
    Write-Line "       for page in 1 2 3; do curl --silent $BalancerUri | grep 'served by'; done"
    Write-Line '  5. Switch a feature in both checkbox.io instances at once, which are called feature.io then, and back:'
    Write-Line "       $(Get-ScriptCommand 'Show-FeatureFlag.ps1')"
    Write-Line
    Write-Line "$(Get-ScriptCommand 'Stop-Demo.ps1') removes the demo."
}

$clock = [System.Diagnostics.Stopwatch]::StartNew()

$folder = Get-DemoFolder
$null = [System.IO.Directory]::CreateDirectory($folder, [System.IO.UnixFileMode] 'UserRead, UserWrite, UserExecute')
$lock = Lock-Demo $folder
try {
    Write-Step 'Local cloud: a DigitalOcean-compatible API on this machine'
    $cloudArguments = @{ InstallPackage = $true; Confirm = $false }
    if ($Port) { $cloudArguments.Port = $Port }
    $cloud = Install-Noted $folder { Start-LocalCloud @cloudArguments }
    Write-Done "its API answers at $($cloud.ApiUri)"

    Write-Step 'Droplets: one for the database, five for iTrust, two for checkbox.io, three for feature flags'
    $ready = @(New-DemoFleet)
    if (@($ready | Where-Object { $_.Ready -eq $_.Count }).Count -lt $Fleets.Count) {
        throw 'Not every droplet is ready; the errors above say why. Run this script again to go on.'
    }

    Write-Done "$(($ready | ForEach-Object { "$($_.Name) $($_.Ready) of $($_.Count) ready" }) -join ', ')"

    Write-Step 'Database server'
    $droplet = Initialize-DemoDatabase $folder
    Write-Done "MariaDB listens at $($droplet.PrivateAddress), one database and one user for each application"

    Write-Step 'Feature flags: a Redis master, two replicas, and beside each the service that applications ask'
    $places = @(Initialize-DemoFlag $folder)
    $answering = @($places | Where-Object State -EQ 'Running')
    if ($answering.Count -lt $places.Count) { throw "Not every node answers: $(($places | Where-Object State -NE 'Running' | ForEach-Object { "$($_.Node) is $($_.State)" }) -join ', '). Run this script again to go on." }
    Write-Done "$(($answering | ForEach-Object { $_.Node }) -join ', ') answer"

    Write-Step 'Repository: pushes to its branches production and canary are deployed'
    Install-BuildPackage $folder
    Initialize-DemoRepository $folder
    Write-Done "$folder/production.git"

    Write-Step 'First push'
    Publish-FirstRelease $folder
    $instances = @(Get-ApplicationInstance -Environment "$folder/production.psd1")
    Write-Done "$(@($instances | Where-Object Health -EQ 'Healthy').Count) of $($instances.Count) instances are healthy"

    Write-Step 'Balancer: two of three requests for checkbox.io to production, each third to the canary'
    $started = Start-DemoBalancer $instances
    Write-Done "three requests to $($started.Uri): $((Get-ServedBy $started.Uri 3) -join ', ')"

    Write-Step 'Heartbeat monitor: a page with a box for each instance'
    $null = Start-DemoMonitor $folder
    $monitor = Wait-DemoHeartbeat $instances.Count
    Write-Done "$($monitor.Up) of $($monitor.Targets) are up: $($monitor.Uri)"

    Write-Summary $folder $instances $started.Uri $monitor.Uri $clock.Elapsed
    $unhealthy = @($instances | Where-Object Health -NE 'Healthy')
}
finally {
    $lock.Dispose()
}

if ($unhealthy) {
    $Host.UI.WriteErrorLine("Not healthy: $($unhealthy.Instance -join ', '). The deployment's messages above say why; run this script again to go on.")
    exit 1
}

exit 0
