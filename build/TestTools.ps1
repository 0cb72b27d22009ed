# PowerShell and Pester for the acceptance tests. Dot-sourced by build.ps1.

# The PowerShell that is fetched where none is installed: Microsoft's own package of it as a .NET tool.
$powerShellVersion = '7.6.9'
# Not below out, where the launcher has modules looked for: PowerShell's own would be found there.
$toolFolder = "$root/.tools"

# Gives the PowerShell 7.6 to run the acceptance tests with: the installed one, else one below .tools, which is fetched
# when it is missing. Throws when there is none to be had.
function Get-TestPowerShell {
    $installed = Get-Command pwsh -CommandType Application -TotalCount 1 -ErrorAction Ignore
    if ($installed) {
        $version = (& $installed.Source -NoProfile -NonInteractive -Command '"$($PSVersionTable.PSVersion)"') -replace '-.*$'
        if ([version] $version -ge [version] '7.6') { return $installed.Source }
    }

    $fetched = if ([OperatingSystem]::IsWindows()) { "$toolFolder/pwsh.exe" } else { "$toolFolder/pwsh" }
    if (-not [IO.File]::Exists($fetched)) {
        $output = @(& dotnet tool install PowerShell --version $powerShellVersion --tool-path $toolFolder 2>&1)
        if ($LASTEXITCODE -ne 0) { throw "there is no pwsh 7.6, and the .NET tool PowerShell $powerShellVersion could not be fetched: $($output[-1])" }
    }

    $fetched
}

# Gives the folder of modules that holds Pester beside those that PowerShell finds by itself. Throws when it cannot be fetched.
function Get-TestModuleFolder {
    $output = @(& dotnet msbuild "$root/build/TestTools.proj" -restore -target:Fetch -nologo -verbosity:quiet 2>&1)
    if ($LASTEXITCODE -ne 0) { throw "Pester could not be fetched: $($output[0])" }
    "$toolFolder/modules"
}
