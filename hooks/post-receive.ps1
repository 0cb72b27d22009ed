<#
.SYNOPSIS
Deploys what was pushed to a branch, or to the branch of the canaries: the part of the git hook that is PowerShell.

.DESCRIPTION
Install-DeploymentHook makes git run this after each push. It reads what was pushed from standard input, one line
"OLD NEW REF" for each ref, deploys the pushed commit when the branch is among them, and says of everything else that it
deploys nothing. What was pushed to the branch of the canaries is deployed to the canaries only; when both were pushed, the
branch comes first. The commit is the pushed one, whatever the branch holds by the time it is deployed. git ignores the
exit code: the push has been accepted before this runs.

.PARAMETER Repository
The bare repository that was pushed to.

.PARAMETER Environment
The environment file.

.PARAMETER Branch
The branch whose pushes are deployed.

.PARAMETER CanaryBranch
The branch whose pushes are deployed to the canaries only. Empty for none.

.PARAMETER Connection
The saved connection to use instead of the one that the environment file names.

.EXAMPLE
'0000000 3f2a9c1 refs/heads/production' | ./post-receive.ps1 -Repository shop.git -Environment production.psd1 -Branch production

Does what a push of the branch does.
#>
# No [CmdletBinding()] and no [Parameter()]: with them PowerShell would refuse what comes on standard input.
param(
    [string] $Repository = $(throw 'Give -Repository: the bare repository that was pushed to.'),
    [string] $Environment = $(throw 'Give -Environment: the environment file.'),
    [string] $Branch = $(throw 'Give -Branch: the branch whose pushes are deployed.'),
    [string] $CanaryBranch,
    [string] $Connection
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
# git passes on lines, and a progress bar is none.
$ProgressPreference = 'SilentlyContinue'
$pushed = @($input)

# git's variables lead every other git to this repository's quarantine, whatever folder it is told to work in.
foreach ($name in @([System.Environment]::GetEnvironmentVariables().Keys)) {
    if ($name -clike 'GIT_*') { [System.Environment]::SetEnvironmentVariable($name, $null) }
}

$deploying = if ($CanaryBranch) { "only the branches $Branch and $CanaryBranch do" } else { "only the branch $Branch does" }
$commit = $null
$canaryCommit = $null
foreach ($line in $pushed) {
    $old, $new, $ref = "$line" -split ' ', 3
    $name = if ("$ref" -clike 'refs/heads/*') { $ref.Substring(11) } else { '' }
    $isCanary = $CanaryBranch -and $name -ceq $CanaryBranch
    if ($name -cne $Branch -and -not $isCanary) {
        $Host.UI.WriteLine("$ref deploys nothing: $deploying.")
    }
    elseif ($new -match '^0+$') {
        $Host.UI.WriteLine("The branch $name was deleted. Nothing is deployed, and what is deployed stays.")
    }
    elseif ($isCanary) {
        $canaryCommit = $new
    }
    else {
        $commit = $new
    }
}

$exitCode = 0
$deployment = @{ Environment = $Environment; Repository = $Repository }
if ($Connection) { $deployment.Connection = $Connection }
if ($commit) {
    & "$PSScriptRoot/../scripts/Deploy-Production.ps1" @deployment -Commit $commit
    $exitCode = $LASTEXITCODE
}

if ($canaryCommit) {
    & "$PSScriptRoot/../scripts/Deploy-Production.ps1" @deployment -Commit $canaryCommit -Role Canary
    if ($exitCode -eq 0) { $exitCode = $LASTEXITCODE }
}

exit $exitCode
