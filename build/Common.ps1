# What the tasks share. Dot-sourced by build.ps1, which sets $root.

# Nothing of dotnet's first-run texts belongs into a build's output.
foreach ($variable in 'DOTNET_NOLOGO', 'DOTNET_CLI_TELEMETRY_OPTOUT') { [Environment]::SetEnvironmentVariable($variable, '1') }

# Runs dotnet and lets its output through as it comes; a failure ends the script.
function Invoke-Dotnet([string[]] $Arguments) {
    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($Arguments[0]) failed with exit code $LASTEXITCODE; its messages stand above." }
}

function Invoke-Build {
    Invoke-Dotnet 'build', "$root/DevOps.slnx", '-nologo', '-verbosity:quiet', '-consoleLoggerParameters:NoSummary'
    Invoke-Stage
}

# The committed pages about the cmdlets. Test only compares them, so that a checkout does not change under it.
function Update-CmdletPage {
    $pages = "$root/docs/cmdlets"
    $null = [IO.Directory]::CreateDirectory($pages)
    $current = [IO.Directory]::GetFiles("$root/out/docs/cmdlets") | ForEach-Object { [IO.Path]::GetFileName($_) }
    foreach ($name in $current) {
        $text = [IO.File]::ReadAllText("$root/out/docs/cmdlets/$name")
        if (-not [IO.File]::Exists("$pages/$name") -or [IO.File]::ReadAllText("$pages/$name") -cne $text) {
            [IO.File]::WriteAllText("$pages/$name", $text)
            "Wrote docs/cmdlets/$name"
        }
    }
    foreach ($file in [IO.Directory]::GetFiles($pages)) {
        if ([IO.Path]::GetFileName($file) -notin $current) {
            [IO.File]::Delete($file)
            "Removed docs/cmdlets/$([IO.Path]::GetFileName($file))"
        }
    }
}

function Invoke-Stage {
    Invoke-Dotnet 'msbuild', "$root/build/Stage.proj", '-restore', '-target:Stage', '-nologo', '-verbosity:quiet'
    "Staged $root/out/DevOps/$(Get-ModuleVersion)."
}

function Invoke-Bench([string[]] $Name, [switch] $Quick) {
    # All but the import are measured beside others, or with their help.
    if ($Name.Count -eq 0 -or @($Name -split ',') -ne 'import') { Install-PeerPackage }
    Invoke-Build
    $options = if ($Quick) { @('--quick') } else { @() }
    Invoke-Dotnet (@('run', '--no-build', '--project', "$root/benchmarks/DevOps.Benchmarks", '--') + $Name + $options)
}

# The one place of the version is Directory.Build.props.
function Get-ModuleVersion {
    $properties = [xml] [IO.File]::ReadAllText("$root/Directory.Build.props")
    $properties.SelectSingleNode('/Project/PropertyGroup/Version').InnerText
}

function Invoke-Clean {
    $shell = "$root/out/shell"
    $isRunningShell = [AppContext]::BaseDirectory.StartsWith($shell, [StringComparison]::Ordinal)
    $folders = @(
        "$root/module/bin", "$root/en-US", "$root/build/obj", "$root/.tools"
        foreach ($parent in 'src', 'tests', 'benchmarks') {
            if (-not [IO.Directory]::Exists("$root/$parent")) { continue }
            foreach ($project in [IO.Directory]::GetDirectories("$root/$parent")) { "$project/bin"; "$project/obj" }
        }
        if ([IO.Directory]::Exists("$root/out")) {
            [IO.Directory]::GetDirectories("$root/out") | Where-Object { -not ($isRunningShell -and $_ -eq $shell) }
        }
    )
    foreach ($folder in $folders) {
        if ([IO.Directory]::Exists($folder)) {
            [IO.Directory]::Delete($folder, $true)
            "Removed $folder"
        }
    }
    if ($isRunningShell) { "Kept $shell, which runs this script." }
}
