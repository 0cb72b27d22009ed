# What Start-Demo, Stop-Demo, Show-RollingUpdate and Show-FeatureFlag share. Uses only what PowerShell's engine offers by itself, so that
# it runs alike in PowerShell and in the shell that the checkout brings along.

# The checkout, or the installed module.
$Root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..").TrimEnd('/')

if (-not (Get-Module -Name DevOps)) { Import-Module "$Root/DevOps.psd1" }
# What a runspace of our own must import as well: the same files, for a process loads an assembly once.
$Manifest = "$((Get-Module -Name DevOps).ModuleBase)/DevOps.psd1"

# The demo lives on the local cloud, whatever connection is selected and whatever token the environment holds.
$Connection = 'local'

# The demo's fleets, and what their hosts need beside Debian's base system. tomcat10-common is Tomcat without the
# service that would start one of its own.
$Fleets = @(
    @{ Name = 'data'; Count = 1; Package = 'mariadb-server'; Protected = $true }
    @{ Name = 'itrust'; Count = 5; Package = 'openjdk-17-jre-headless', 'tomcat10-common', 'libmariadb-java' }
    @{ Name = 'checkbox'; Count = 2; Package = 'nodejs', 'node-mysql' }
    @{ Name = 'flags'; Count = 3 }
)

# The feature flag server on the fleet of that name; so called that it is nobody's own.
$FlagServer = 'demo'

# The balancer in front of checkbox.io; samples/production.psd1 names it too.
$Balancer = 'checkbox'

function Get-ForeignBackend($Existing, [object[]] $Instances) {
    # A balancer of this installation may have the same name and be somebody's own.
    if ($Existing) { $Existing.Backends | Where-Object { $_.Uri -notin $Instances.Uri } | ForEach-Object { "$($_.Name) at $($_.Uri)" } }
}

function Get-DemoFolder {
    # Beside the local cloud's own folder, so in the installation's state folder.
    $state = [System.IO.Path]::GetDirectoryName((Get-LocalCloud).Folder.TrimEnd('/'))
    "$state/demo"
}

function Lock-Demo([string] $Folder) {
    # Two runs at once would trip over each other; the lock goes when the process does.
    try {
        [System.IO.File]::Open("$Folder/lock", 'OpenOrCreate', 'ReadWrite', 'None')
    }
    catch [System.IO.IOException] {
        throw "Another Start-Demo.ps1 or Stop-Demo.ps1 is at work on '$Folder'. Wait until it has ended, then run this again."
    }
}

function Get-MissingPackage([string[]] $Name) {
    $PSNativeCommandUseErrorActionPreference = $false
    foreach ($package in $Name) {
        $status = & dpkg-query --show --showformat='${db:Status-Status}' $package 2>$null
        if ($status -ne 'installed') { $package }
    }
}

function Get-PackageRecord([string] $Folder) {
    # Beside the demo's folder: what was installed for it stays when it is removed, and is still named by the next removal.
    "$Folder.packages"
}

function Get-MonitorRecord([string] $Folder) {
    # Says that the heartbeat monitor is the demo's own.
    "$Folder/monitor"
}

function Get-Launcher {
    # How the user starts a command from where they are.
    if ($PWD.ProviderPath -eq $Root) { return './devops' }
    if ([System.IO.File]::Exists("$Root/devops")) { "$Root/devops" } else { 'pwsh' }
}

function Get-ScriptCommand([string] $Name) {
    # How the user starts one of our scripts from where they are.
    $launcher = Get-Launcher
    if ($launcher -eq './devops') { "$launcher scripts/$Name" } else { "$launcher $Root/scripts/$Name" }
}

function Write-Line([string] $Text = '') {
    $Host.UI.WriteLine($Text)
}

function Write-Step([string] $Text) {
    $script:StepClock = [System.Diagnostics.Stopwatch]::StartNew()
    $Host.UI.WriteLine("==> $Text")
}

function Write-Done([string] $Text) {
    $Host.UI.WriteLine("    $Text ($([int]$script:StepClock.Elapsed.TotalSeconds) s)")
}
