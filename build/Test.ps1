# The whole test run. Dot-sourced by build.ps1.

# Tests on droplets wait for their hosts about half of the time: two such projects at once keep two cores busy. The longest
# comes first, so that the others are over beside it.
$dropletProjects = @('DevOps.EndToEnd.Tests', 'DevOps.Droplets.Tests', 'DevOps.Podman.Tests')

function Invoke-Test([string[]] $Project, [string] $Filter, [switch] $Fast, [int] $TimeoutMinutes, [ref] $FailureCount) {
    $projects = @(Get-TestProject $Project)
    $onDroplets = @(if (-not $Fast) { $dropletProjects | ForEach-Object { $name = $_; $projects | Where-Object Name -eq $name } })
    $others = @($projects | Where-Object Name -notin $dropletProjects)
    $isWhole = $Project.Count -eq 0 -and -not $Filter -and -not $Fast
    if (-not $others -and -not $onDroplets) { throw "None of the tests of $($Project -join ', ') is fast. Leave -Fast out." }

    Install-TestPackage ($onDroplets.Count -gt 0) ('DevOps.Server.Tests' -in $projects.Name)
    Invoke-Build

    $results = [Collections.Generic.List[object]]::new()
    $atOnce = [Math]::Max(2, [Environment]::ProcessorCount)
    $arguments = @(if ($Filter) { '-method', $Filter }; if ($Fast) { '-trait-', 'Category=Slow' })
    if ($isWhole) { Test-Format $results }
    if ($others) { Invoke-TestProject $others $arguments $atOnce $TimeoutMinutes $results }
    if ($onDroplets) { Invoke-TestProject $onDroplets $arguments 2 $TimeoutMinutes $results }
    if ($isWhole) { Invoke-PesterTest $results }

    $passed = $failed = $skipped = 0
    foreach ($result in $results) { $passed += $result.Passed; $failed += $result.Failed; $skipped += $result.Skipped }
    $FailureCount.Value = $failed
    "$passed passed, $failed failed, $skipped skipped"
}

# C# formatting is checked by the compiler too (IDE0055); this also sees files that no project compiles.
function Test-Format([Collections.Generic.List[object]] $Results) {
    & dotnet format whitespace $root --folder --verify-no-changes
    if ($LASTEXITCODE -ne 0) { Add-Check $Results 'Formatting' 'The files above are not formatted. Run: dotnet format whitespace . --folder' }
    else { Add-Check $Results 'Formatting' }

    $scripts = @(& git -C $root ls-files | Where-Object { Test-ShellScript "$root/$_" } | ForEach-Object { "$root/$_" })
    if ($scripts.Count -eq 0) { Add-Check $Results 'Shell scripts' 'git lists none, and there are some.'; return }
    # What Core carries inside is given to sh and needs no first line that says so.
    $inside = @($scripts | Where-Object { $_ -like '*/src/*' })
    $outside = @($scripts | Where-Object { $_ -notlike '*/src/*' })
    $faults = 0
    if ($inside) { & shellcheck --shell=sh @inside; $faults += $LASTEXITCODE }
    if ($outside) { & shellcheck @outside; $faults += $LASTEXITCODE }
    if ($faults -ne 0) { Add-Check $Results 'Shell scripts' 'shellcheck found the faults above.' }
    else { Add-Check $Results 'Shell scripts' }
}

# A check counts as one test.
function Add-Check([Collections.Generic.List[object]] $Results, [string] $Name, [string] $Cause) {
    $result = [pscustomobject] @{ Name = $Name; Passed = [int] (-not $Cause); Failed = [int] [bool] $Cause; Skipped = 0; Cause = $Cause }
    $Results.Add($result)
    "{0,-28} {1,5} passed {2,4} failed{3}" -f $Name, $result.Passed, $result.Failed, $(if ($Cause) { "  $Cause" })
}

function Test-ShellScript([string] $Path) {
    if (-not [IO.File]::Exists($Path)) { return $false }
    if ($Path.EndsWith('.sh', [StringComparison]::Ordinal)) { return $true }
    if ([IO.Path]::HasExtension([IO.Path]::GetFileName($Path))) { return $false }
    $reader = [IO.StreamReader]::new($Path)
    try { $reader.ReadLine() -match '^#!\s*/(usr/)?bin/(env )?(ba|da)?sh\b' } finally { $reader.Dispose() }
}

# The acceptance tests run in the real PowerShell: Pester is built on cmdlets that the engine alone does not have.
function Invoke-PesterTest([Collections.Generic.List[object]] $Results) {
    $files = @([IO.Directory]::GetFiles("$root/tests/Pester", '*.Tests.ps1'))
    try {
        $pwsh = Get-TestPowerShell
        $modules = Get-TestModuleFolder
    }
    catch {
        "Pester: $(Get-PesterTestCount $files) tests were not run, because $($_.Exception.Message)"
        return
    }

    $file = "$root/out/test-results/Pester.xml"
    $null = [IO.Directory]::CreateDirectory("$root/out/test-results")
    [IO.File]::Delete($file)
    $clock = [Diagnostics.Stopwatch]::StartNew()
    & $pwsh -NoProfile -NonInteractive -File "$root/build/Pester.ps1" -ResultFile $file -ModuleFolder $modules
    $exitCode = $LASTEXITCODE
    $passed = $failed = $skipped = 0
    $cause = $null
    try {
        $node = ([xml] [IO.File]::ReadAllText($file)).DocumentElement
        $failed = [int] $node.GetAttribute('failures') + [int] $node.GetAttribute('errors')
        $skipped = [int] $node.GetAttribute('skipped') + [int] $node.GetAttribute('ignored') + [int] $node.GetAttribute('not-run')
        $passed = [int] $node.GetAttribute('total') - $failed - $skipped
        if ($passed + $failed + $skipped -eq 0) { $cause = 'ran no test' }
    }
    catch { $cause = "left no result (exit code $exitCode)" }
    if ($exitCode -ne 0 -and $failed -eq 0 -and -not $cause) { $cause = "ended with exit code $exitCode" }
    if ($cause -and $failed -eq 0) { $failed = 1 }
    $Results.Add([pscustomobject] @{ Name = 'Pester'; Passed = $passed; Failed = $failed; Skipped = $skipped; Cause = $cause })
    "{0,-28} {1,5} passed {2,4} failed {3,4} skipped {4,6:0.0} s{5}" -f 'Pester', $passed, $failed, $skipped, $clock.Elapsed.TotalSeconds, $(if ($cause) { "  $cause" })
}

# How many It blocks there are, by PowerShell's own parser.
function Get-PesterTestCount([string[]] $Files) {
    $count = 0
    foreach ($file in $Files) {
        $tree = [Management.Automation.Language.Parser]::ParseFile($file, [ref] $null, [ref] $null)
        $count += @($tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -eq 'It' }, $true)).Count
    }
    $count
}
