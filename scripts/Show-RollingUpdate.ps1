<#
.SYNOPSIS
Restarts the instances of an application one by one and shows how many answer meanwhile.

.DESCRIPTION
Asks every instance's health path several times a second while Restart-ApplicationInstance restarts one after another,
each only once the one before it is healthy again. Draws a line whenever something changes, then tells the fewest that
ever answered. Ends with exit code 0 when never more than one was missing, else with 1.

.PARAMETER Environment
The environment file. Without it, that of the demo.

.PARAMETER Application
The application whose instances are restarted.

.PARAMETER Path
The path that is asked for.

.EXAMPLE
./devops scripts/Show-RollingUpdate.ps1

Restarts the demo's five iTrust instances.

.EXAMPLE
./devops scripts/Show-RollingUpdate.ps1 -Application checkbox

Restarts the demo's two checkbox.io instances.
#>
[CmdletBinding()]
param(
    [string] $Environment,
    [string] $Application = 'itrust',
    [string] $Path = '/health'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
. "$PSScriptRoot/Common/Demo.ps1"

if (-not $Environment) { $Environment = "$(Get-DemoFolder)/production.psd1" }
$instances = @(Get-ApplicationInstance -Environment $Environment | Where-Object Application -EQ $Application)
if (-not $instances) { throw "There are no instances of '$Application' in '$Environment'." }

$client = [System.Net.Http.HttpClient]::new()
$client.Timeout = [TimeSpan]::FromSeconds(1)
$addresses = $instances | ForEach-Object { [Uri]::new($_.Uri, $Path) }

function Get-Answer {
    # All at once: whether each instance answers with success.
    $requests = foreach ($address in $addresses) { $client.GetAsync($address) }
    $all = [System.Threading.Tasks.Task]::WhenAll([System.Threading.Tasks.Task[]] $requests)
    # Waits without throwing: an instance that does not answer is what is to be seen.
    $null = [System.Threading.Tasks.Task]::WaitAny($all)
    foreach ($request in $requests) {
        $isGood = $request.IsCompletedSuccessfully -and $request.Result.IsSuccessStatusCode
        if ($request.IsCompletedSuccessfully) { $request.Result.Dispose() }
        $isGood
    }
}

$clock = [System.Diagnostics.Stopwatch]::StartNew()
$restarting = $Environment | ForEach-Object -AsJob -Parallel {
    $ErrorActionPreference = 'Stop'
    Import-Module $using:Manifest
    Get-ApplicationInstance -Environment $_ | Where-Object Application -EQ $using:Application | Restart-ApplicationInstance
}

try {
    $fewest = $instances.Count
    $checks = 0
    $last = ''
    $Host.UI.WriteLine("Restarting $($instances.Count) instances of $Application, one after another:")
    $Host.UI.WriteLine('')
    while ($true) {
        # Looked at before asking, so that the last line shows how it is after the last restart.
        $isDone = "$($restarting.State)" -notin 'NotStarted', 'Running'
        $answers = @(Get-Answer)
        $good = @($answers | Where-Object { $_ }).Count
        $checks++
        if ($good -lt $fewest) { $fewest = $good }
        $picture = for ($i = 0; $i -lt $instances.Count; $i++) { "$(if ($answers[$i]) { '*' } else { '.' }) $($instances[$i].Instance)" }
        $line = "$good of $($instances.Count) answer   $($picture -join '   ')"
        if ($line -ne $last) { $Host.UI.WriteLine(('{0,6:0.0} s   {1}' -f $clock.Elapsed.TotalSeconds, $line)) }
        $last = $line
        if ($isDone) { break }
        $null = $restarting.Finished.WaitOne(100)
    }

    $Host.UI.WriteLine('')
    $null = $restarting | Receive-Job
    $Host.UI.WriteLine("At least $fewest of $($instances.Count) answered at each of $checks checks.")
}
finally {
    $client.Dispose()
    $restarting | Stop-Job
    $restarting | Remove-Job -Force
}

exit $(if ($fewest -ge $instances.Count - 1) { 0 } else { 1 })
