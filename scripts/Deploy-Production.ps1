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

# Commands for the pusher to copy: from any folder, and to this installation whatever the pusher's own variables say.
$launcher = [System.IO.Path]::GetFullPath("$PSScriptRoot/../devops")
if (-not [System.IO.File]::Exists($launcher)) { $launcher = 'pwsh' }
if ($env:DEVOPS_STATE -and $env:DEVOPS_STATE -ne '/var/lib/devops') { $launcher = "DEVOPS_STATE='$env:DEVOPS_STATE' $launcher" }
$deployment = $null
try {
    # A failed deployment is told below, together with the instances as it left them.
    Invoke-Deployment @PSBoundParameters -ErrorAction Continue | ForEach-Object { $deployment = $_ }

    $where = @{ Environment = $Environment }
    if ($Connection) { $where.Connection = $Connection }
    Get-ApplicationInstance @where | Out-Host
}
catch {
    # What ends the pipeline, such as a wrong environment file, must not keep the ways out from the pusher.
    $Host.UI.WriteErrorLine("$_")
    if ($_.ErrorDetails -and $_.ErrorDetails.RecommendedAction) { $Host.UI.WriteErrorLine($_.ErrorDetails.RecommendedAction) }
}

$state = if ($deployment) { "$($deployment.State)" } else { 'Failed' }
if ($state -eq 'Superseded') {
    $Host.UI.WriteLine($deployment.Cause)
    exit 2
}

$whom = switch ($Role) { 'Canary' { ' to the canaries' } 'Production' { ' to the production instances' } default { '' } }
if ($state -eq 'Succeeded') { $Host.UI.WriteLine("Deployed $Commit$whom.") }
else { $Host.UI.WriteLine("The deployment of $Commit ended as $state. What served before still serves.") }
$Host.UI.WriteLine('Pushing the same commit again deploys nothing. To deploy it once more:')
$Host.UI.WriteLine("  $launcher '$PSScriptRoot/Deploy-Production.ps1' -Environment '$Environment' -Repository '$Repository' -Commit $Commit$(if ($Role) { " -Role $Role" })")
$Host.UI.WriteLine('To go back to what was served before:')
# By its id: another deployment may have come meanwhile.
$which = if ($deployment) { $deployment.Id } else { "-Environment '$Environment'" }
$Host.UI.WriteLine("  $launcher -Command `"Undo-Deployment $which`"")
exit $(if ($state -eq 'Succeeded') { 0 } else { 1 })
