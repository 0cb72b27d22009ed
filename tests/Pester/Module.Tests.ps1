# What a PowerShell user sees of the module, in a real PowerShell: ./devops build.ps1 -Task Test runs it, and so does
# Invoke-Pester tests/Pester after ./devops build.ps1.

BeforeAll {
    $manifest = (Resolve-Path "$PSScriptRoot/../../DevOps.psd1").Path
    $variables = 'DEVOPS_STATE', 'DIGITALOCEAN_ACCESS_TOKEN', 'DIGITALOCEAN_API_URL'
    $before = @{}
    foreach ($name in $variables) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }
    $env:DEVOPS_STATE = Join-Path $TestDrive 'state'
    Import-Module $manifest -Force -ErrorAction Stop
}

AfterAll {
    Remove-Module DevOps -ErrorAction Ignore
    foreach ($name in $variables) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}

Describe 'Importing the module' {
    It 'exports exactly the cmdlets that the manifest lists' {
        $listed = (Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object
        (Get-Command -Module DevOps).Name | Sort-Object | Should -Be $listed
    }

    It 'uses approved verbs, so that importing warns of nothing' {
        Import-Module $manifest -Force -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeNullOrEmpty
    }

    It 'loads neither DevOps.Core nor a package' {
        $script = "Import-Module '$manifest'; [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { `$_.GetName().Name }"
        # Installed as a .NET tool, PowerShell is a program that the dotnet host runs.
        $program = @(if ((Split-Path -LeafBase ([Environment]::ProcessPath)) -eq 'dotnet') { [Environment]::GetCommandLineArgs()[0] })
        $loaded = & ([Environment]::ProcessPath) @program -NoProfile -NonInteractive -Command $script
        $loaded | Should -Contain 'DevOps.Cmdlets'
        $loaded | Where-Object { $_ -in 'DevOps.Core', 'Renci.SshNet', 'Polly.Core', 'BouncyCastle.Cryptography' } | Should -BeNullOrEmpty
    }

    It 'keeps its cmdlets when it is removed and imported again' {
        Remove-Module DevOps
        Import-Module $manifest
        Get-DigitalOcean | Should -BeNullOrEmpty
    }
}

Describe 'Get-DigitalOcean' {
    It 'lists nothing while nothing is saved' {
        Get-DigitalOcean | Should -BeNullOrEmpty
    }

    It 'says what was wrong, with which file, and what to do' {
        $folder = New-Item -ItemType Directory (Join-Path $env:DEVOPS_STATE 'connections') -Force
        Set-Content (Join-Path $folder 'broken.json') '{'
        try {
            Get-DigitalOcean -ErrorVariable failure -ErrorAction SilentlyContinue
            throw 'It should have failed.'
        }
        catch {
            $_.FullyQualifiedErrorId | Should -Be 'ConnectionFileDamaged,DevOps.Cmdlets.Connections.GetDigitalOceanCommand'
            $_.ToString() | Should -BeLike '*broken.json*'
            $_.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-DigitalOcean -Name broken*'
        }
        finally { Remove-Item (Join-Path $folder 'broken.json') }
    }
}

Describe 'Tab completion' {
    It 'offers the parameters of a cmdlet' {
        $line = 'Get-DigitalOcean -N'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain '-Name'
    }
}

Describe 'Help' {
    It 'shows synopsis, two examples and every parameter of <_>' -ForEach (Import-PowerShellDataFile "$PSScriptRoot/../../DevOps.psd1").CmdletsToExport {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match "^\s*$_"
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        $described = $help.parameters.parameter | Where-Object { $_.description.Text } | ForEach-Object name
        $parameters = (Get-Command $_).Parameters.Keys | Where-Object { $_ -notin [Management.Automation.Cmdlet]::CommonParameters }
        $parameters | Where-Object { $_ -notin $described } | Should -BeNullOrEmpty
    }

    It 'explains what the cmdlets have in common' {
        Get-Help about_DevOps | Should -BeLike '*ENVIRONMENT FILE*'
    }
}

Describe 'A second copy of the module in one session' {
    It 'is refused with the way out' {
        $copy = Join-Path $TestDrive 'copy'
        New-Item -ItemType Directory $copy | Out-Null
        $root = Split-Path $manifest
        Copy-Item $manifest $copy
        Copy-Item "$root/module" $copy -Recurse
        { Import-Module "$copy/DevOps.psd1" -ErrorAction Stop } | Should -Throw -ErrorId 'ModuleLoadedFromElsewhere*' -ExpectedMessage '*Start a new session*'
    }
}
