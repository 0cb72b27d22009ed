<#
.SYNOPSIS
Deploys a commit to an environment and shows its instances: what the git hook runs after a push.

.DESCRIPTION
Ends with exit code 0 when every application serves the commit (with -Role Canary, the canaries of every application that has
some), with 1 when the deployment failed or was stopped, and
with 2 when a newer push took its place before it began. Because git ignores the exit code of the hook and pushing the
same commit again triggers nothing, the commands for another try and for the way back are shown.

.PARAMETER Environment
The environment file, such as production.psd1.

.PARAMETER Repository
The repository that holds the commit.

.PARAMETER Commit
The commit to deploy.

.PARAMETER Role
Only the instances that play this part: Canary or Production. Without it all, and the canaries first.

.PARAMETER Connection
The saved connection to use instead of the one that the environment file names.

.EXAMPLE
./devops scripts/Deploy-Production.ps1 -Environment production.psd1 -Repository production.git -Commit 3f2a9c1d0b7e

Deploys the commit.

.EXAMPLE
./devops scripts/Deploy-Production.ps1 -Environment production.psd1 -Repository production.git -Commit production

Deploys what the branch production now holds.

.EXAMPLE
./devops scripts/Deploy-Production.ps1 -Environment production.psd1 -Repository production.git -Commit canary -Role Canary

Brings the canaries to what the branch canary now holds.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Environment,
    [Parameter(Mandatory)] [string] $Repository,
    [Parameter(Mandatory)] [string] $Commit,
    [ValidateSet('Canary', 'Production')] [string] $Role,
    [string] $Connection
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
if (-not (Get-Module -Name DevOps)) { Import-Module "$PSScriptRoot/../DevOps.psd1" }

# Makes a text one word of a command that the pusher copies into a shell.
function Format-ShellWord([string] $Text) {
    if ($Text -cmatch '\A[A-Za-z0-9_@%+=:,./-]+\z') { $Text } else { "'" + $Text.Replace("'", "'\''") + "'" }
}

function Write-Failure($Record) {
    $Host.UI.WriteErrorLine("$Record")
    if ($Record.ErrorDetails -and $Record.ErrorDetails.RecommendedAction) { $Host.UI.WriteErrorLine($Record.ErrorDetails.RecommendedAction) }
}

# Commands for the pusher to copy: from any folder, and to this installation whatever the pusher's own variables say.
$launcher = [System.IO.Path]::GetFullPath("$PSScriptRoot/../devops")
$launcher = if ([System.IO.File]::Exists($launcher)) { Format-ShellWord $launcher } else { 'pwsh' }
if ($env:DEVOPS_STATE -and $env:DEVOPS_STATE -ne '/var/lib/devops') { $launcher = "DEVOPS_STATE=$(Format-ShellWord $env:DEVOPS_STATE) $launcher" }
$deployment = $null
$failures = @()
try {
    # Why it failed is told below the instances as it left them, where the pusher looks.
    Invoke-Deployment @PSBoundParameters -ErrorAction SilentlyContinue -ErrorVariable failures | ForEach-Object { $deployment = $_ }

    $where = @{ Environment = $Environment }
    if ($Connection) { $where.Connection = $Connection }
    Get-ApplicationInstance @where | Out-Host
}
catch {
    # What ends the pipeline, such as a wrong environment file, must not keep the ways out from the pusher.
    # It stands among the failures already, unless it came from elsewhere.
    $last = $_
    $failures = @($failures | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and "$_" -ne "$last" }) + $last
}

$state = if ($deployment) { "$($deployment.State)" } else { 'NotBegun' }
if ($state -eq 'Superseded') {
    $Host.UI.WriteLine($deployment.Cause)
    exit 2
}

$whom = switch ($Role) { 'Canary' { ' to the canaries' } 'Production' { ' to the production instances' } default { '' } }
foreach ($failure in $failures) { Write-Failure $failure }
switch ($state) {
    'Succeeded' { $Host.UI.WriteLine("Deployed $Commit$whom.") }
    'NotBegun' { $Host.UI.WriteLine("No deployment of $Commit$whom was followed to its end. Get-Deployment shows whether one runs.") }
    'Interrupted' { $Host.UI.WriteLine("The deployment of $Commit$whom was interrupted, so some instances may serve it and others not. To go on with it:") }
    default { $Host.UI.WriteLine("The deployment of $Commit$whom ended as $state.") }
}

if ($state -eq 'Interrupted') {
    $Host.UI.WriteLine("  $launcher -Command `"Invoke-Deployment -Resume $($deployment.Id)`"")
}
else {
    $again = @("$PSScriptRoot/Deploy-Production.ps1", '-Environment', $Environment, '-Repository', $Repository, '-Commit', $Commit)
    if ($Role) { $again += '-Role', $Role }
    $Host.UI.WriteLine('Pushing the same commit again deploys nothing. To deploy it once more:')
    $Host.UI.WriteLine("  $launcher $(@($again | ForEach-Object { Format-ShellWord $_ }) -join ' ')")
}

# By its id: another deployment may have come meanwhile, and without one the last good deployment would be undone.
if ($deployment) {
    $Host.UI.WriteLine('To go back to what was served before:')
    $Host.UI.WriteLine("  $launcher -Command `"Undo-Deployment $($deployment.Id)`"")
}

exit $(if ($state -eq 'Succeeded') { 0 } else { 1 })
