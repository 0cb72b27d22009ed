# The same objects make the same tables in PowerShell and in the bundled shell, each in a session of its own.

BeforeDiscovery {
    # A local cloud of this machine is looked at only when the session says whose it is.
    $cloud = if ($env:DEVOPS_STATE) {
        Import-Module "$PSScriptRoot/../../DevOps.psd1" -ErrorAction Stop
        Get-LocalCloud
    }
    $hasNoCloud = "$($cloud.State)" -ne 'Running'
}

BeforeAll {
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    # Installed as a .NET tool, PowerShell is a program that the dotnet host runs.
    $powerShell = [Environment]::ProcessPath
    $program = @(if ((Split-Path -LeafBase $powerShell) -eq 'dotnet') { [Environment]::GetCommandLineArgs()[0] })
    $stateBefore = $env:DEVOPS_STATE

    $fleet = @'
        $tags = [string[]] ('managed-by:devops', 'fleet:itrust')
        $droplets = [DevOps.Model.Droplet[]] @(1..5 | ForEach-Object {
            [DevOps.Model.Droplet]::new($_, "itrust-$_", 'itrust', 'Active', "203.0.113.$_", "10.1.0.$_", 'nyc3', 's-1vcpu-2gb', 12, $tags, [DateTimeOffset]::UnixEpoch, 'acme')
        })
        $fleet = [DevOps.Model.DropletFleet]::new('itrust', $droplets, 4)
'@

    # What the launcher says while it builds is no part of a table.
    $null = & "$root/devops" --bundled -NoProfile -Command '0' 2>&1

    # How wide the columns become depends on the console's width, which neither shell has here.
    function Get-Table([string] $Script) {
        $code = "`$ErrorActionPreference = 'Stop'; Import-Module '$root/DevOps.psd1'; $Script"
        $tables = @{
            PowerShell = & $powerShell @program -NoProfile -NonInteractive -Command $code 2>&1
            Bundled    = & "$root/devops" --bundled -NoProfile -NonInteractive -Command $code 2>&1
        }
        foreach ($shell in @($tables.Keys)) {
            $tables[$shell] = @($tables[$shell] | ForEach-Object { "$_" -replace '\e\[[\d;]*m' -replace '\s+', ' ' -replace '-{3,}', '---' } | ForEach-Object Trim | Where-Object { $_ })
        }
        $tables
    }
}

AfterAll { $env:DEVOPS_STATE = $stateBefore }

Describe 'A table' {
    BeforeEach { $env:DEVOPS_STATE = Join-Path $TestDrive 'state' }

    It 'of <Name> is the same in both shells' -ForEach @(
        @{ Name = 'a fleet'; Script = '$fleet'; First = 'Name Count Ready Size MonthlyCost'; Last = 'itrust 5 4 s-1vcpu-2gb *' }
        @{ Name = 'droplets'; Script = '$droplets'; First = 'Name Fleet Status PublicAddress Size'; Last = 'itrust-5 itrust Active 203.0.113.5 s-1vcpu-2gb' }
        @{
            Name   = 'heartbeats'
            Script = "[DevOps.Model.Heartbeat]::new('web-1', 'shop', 'Down', [timespan]::FromMilliseconds(12.34), 'it was answered with 500', `$null, [DateTimeOffset]::UnixEpoch, [DateTimeOffset]::UnixEpoch, 'http://203.0.113.9/')"
            First  = 'Target State Latency Since Cause'
            Last   = 'web-1 Down 12.3 ms ??:??:?? it was answered with 500'
        }
        @{
            Name   = 'instances'
            Script = "'Production', 'Canary' | ForEach-Object { [DevOps.Model.ApplicationInstance]::new('shop', `"web-`$_`", '203.0.113.9', 8080, `$_, 'f00-1', 'Healthy', `$null, `$null, 'production') }"
            First  = 'Instance Application Uri Release Health'
            Last   = 'web-Canary (canary) shop http://203.0.113.9:8080/ f00-1 Healthy'
        }
    ) {
        $tables = Get-Table "$fleet; $Script"

        $tables.PowerShell | Should -Be $tables.Bundled
        $tables.PowerShell[0] | Should -Be $First
        $tables.PowerShell[-1] | Should -BeLike $Last
    }
}

Describe 'A local cloud' {
    It 'shows the same fleets in both shells' -Skip:$hasNoCloud {
        $tables = Get-Table 'Get-DropletFleet -Connection local'

        $tables.PowerShell | Should -Be $tables.Bundled
        $tables.PowerShell[0] | Should -Be 'Name Count Ready Size MonthlyCost'
    }
}
