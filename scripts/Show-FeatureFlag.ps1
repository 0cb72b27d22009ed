<#
.SYNOPSIS
Switches a feature flag and back again, and shows how the pages of an application follow.

.DESCRIPTION
Sets the flag to the opposite of what it is with Set-FeatureFlag, and asks every instance for its page until each one's
title has changed; then sets it back and waits again. Nothing is deployed or restarted meanwhile. Draws a line whenever
something changes. Ends with exit code 0 when all followed both times, else with 1.

.PARAMETER Environment
The environment file. Without it, that of the demo.

.PARAMETER Application
The application whose pages are asked for.

.PARAMETER Name
The flag, a Boolean one that has the same value for everybody.

.PARAMETER Server
The feature flag server. Without it, that of the demo.

.EXAMPLE
./devops scripts/Show-FeatureFlag.ps1

Switches the demo's flag: checkbox.io is called feature.io for a moment.
#>
[CmdletBinding()]
param(
    [string] $Environment,
    [string] $Application = 'checkbox',
    [string] $Name = 'featureflag',
    [string] $Server
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
. "$PSScriptRoot/Common/Demo.ps1"

if (-not $Environment) { $Environment = "$(Get-DemoFolder)/production.psd1" }
if (-not $Server) { $Server = $FlagServer }
$instances = @(Get-ApplicationInstance -Environment $Environment | Where-Object Application -EQ $Application)
if (-not $instances) { throw "There are no instances of '$Application' in '$Environment'." }
$flag = Get-FeatureFlag -Name $Name -Server $Server
if ("$($flag.Type)" -ne 'Boolean') { throw "The flag '$Name' is no Boolean one." }

$client = [System.Net.Http.HttpClient]::new()
$client.Timeout = [TimeSpan]::FromSeconds(5)

function Get-Title([Uri] $Uri) {
    $page = $client.GetStringAsync($Uri).GetAwaiter().GetResult()
    if ($page -match '<title>([^<]*)</title>') { $Matches[1] } else { throw "The page at $Uri has no title." }
}

function Show-Title([string] $State, [string[]] $Titles) {
    $picture = for ($i = 0; $i -lt $instances.Count; $i++) { "$($instances[$i].Instance) $($Titles[$i])" }
    $Host.UI.WriteLine(('{0,6:0.0} s   {1,-5}   {2}' -f $clock.Elapsed.TotalSeconds, $State, ($picture -join '   ')))
}

function Switch-Flag([bool] $Value, [string[]] $Before) {
    # Whether the title of every page has become another one.
    $null = Set-FeatureFlag -Name $Name -Value $Value -Server $Server -Confirm:$false
    $patience = [System.Diagnostics.Stopwatch]::StartNew()
    $last = ''
    do {
        $titles = @($instances | ForEach-Object { Get-Title $_.Uri })
        if ("$titles" -ne $last) { Show-Title "$Value".ToLowerInvariant() $titles }
        $last = "$titles"
        $following = @(for ($i = 0; $i -lt $instances.Count; $i++) { if ($titles[$i] -ne $Before[$i]) { $instances[$i] } })
        if ($following.Count -eq $instances.Count) { return $true }
        $null = [System.Threading.Tasks.Task]::Delay(100).Wait(1000)
    } while ($patience.Elapsed.TotalSeconds -lt 30)
    $false
}

$clock = [System.Diagnostics.Stopwatch]::StartNew()
$isSwitched = $false
try {
    $before = [bool] $flag.Value
    $titles = @($instances | ForEach-Object { Get-Title $_.Uri })
    $Host.UI.WriteLine("Switching '$Name' at feature flag server '$Server', and back:")
    $Host.UI.WriteLine('')
    Show-Title "$before".ToLowerInvariant() $titles
    $isSwitched = $true
    $isGood = Switch-Flag (-not $before) $titles
    $switched = @($instances | ForEach-Object { Get-Title $_.Uri })
    $isGood = (Switch-Flag $before $switched) -and $isGood
    $isSwitched = $false
    $Host.UI.WriteLine('')
    $now = @(Get-ApplicationInstance -Environment $Environment | Where-Object Application -EQ $Application)
    $restarted = @($now | Where-Object { $instance = $_; $instances | Where-Object { $_.Instance -eq $instance.Instance -and $_.Since -ne $instance.Since } })
    $isGood = $isGood -and -not $restarted
    $Host.UI.WriteLine($(if ($isGood) { "$($instances.Count) of $($instances.Count) instances followed, and none was restarted." } elseif ($restarted) { "Restarted meanwhile: $($restarted.Instance -join ', ')." } else { 'Not every instance followed.' }))
}
finally {
    # It is somebody's flag: back also when a page did not answer.
    if ($isSwitched) { $null = Set-FeatureFlag -Name $Name -Value $before -Server $Server -Confirm:$false }
    $client.Dispose()
}

exit $(if ($isGood) { 0 } else { 1 })
