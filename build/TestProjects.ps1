# Runs test projects and reads their results. Dot-sourced by build.ps1.

# The test projects of the solution, in its order; each with its name and the assembly that runs it.
function Get-TestProject([string[]] $Name) {
    $solution = [xml] [IO.File]::ReadAllText("$root/DevOps.slnx")
    $all = @(foreach ($node in $solution.SelectNodes('//Project[starts-with(@Path, "tests/")]')) {
        $projectName = [IO.Path]::GetFileNameWithoutExtension($node.GetAttribute('Path'))
        if ($projectName.EndsWith('.Tests', [StringComparison]::Ordinal)) {
            [pscustomobject] @{ Name = $projectName; Assembly = "$root/tests/$projectName/bin/Release/net10.0/$projectName.dll" }
        }
    })
    if ($Name.Count -eq 0) { return $all }
    # Behind -File, PowerShell takes A,B for one text.
    foreach ($wanted in $Name -split ',') {
        $found = @($all | Where-Object { $_.Name -eq $wanted -or $_.Name -eq "DevOps.$wanted.Tests" })
        if ($found.Count -eq 0) { throw "There is no test project '$wanted'. There are: $(($all | ForEach-Object Name) -join ', ')." }
        $found
    }
}

# Starts a project's tests. What they say is kept until they end.
function Start-TestProject($Project, [string[]] $Choice) {
    $results = "$root/out/test-results"
    $null = [IO.Directory]::CreateDirectory($results)
    $file = "$results/$($Project.Name).xml"
    # An old file must not pass for the result of a run that died.
    [IO.File]::Delete($file)

    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.WorkingDirectory = $root
    $arguments = @($Project.Assembly, '-noLogo', '-noColor', '-reporter', 'quiet', '-result-xml', $file) + $Choice
    foreach ($argument in $arguments) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true

    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    [pscustomobject] @{
        Name    = $Project.Name
        File    = $file
        Process = $process
        Clock   = [Diagnostics.Stopwatch]::StartNew()
        Output  = $process.StandardOutput.ReadToEndAsync()
        Errors  = $process.StandardError.ReadToEndAsync()
        IsLate  = $false
    }
}

# Runs projects, several at a time, and emits a line and then a result for each one that ends. Choice: the runner's arguments
# that choose tests.
function Invoke-TestProject([object[]] $Projects, [string[]] $Choice, [int] $AtOnce, [int] $TimeoutMinutes, [Collections.Generic.List[object]] $Results) {
    $waiting = [Collections.Generic.Queue[object]]::new()
    foreach ($project in $Projects) { $waiting.Enqueue($project) }
    $running = [Collections.Generic.List[object]]::new()
    try {
        while ($waiting.Count -gt 0 -or $running.Count -gt 0) {
            while ($waiting.Count -gt 0 -and $running.Count -lt $AtOnce) {
                $running.Add((Start-TestProject $waiting.Dequeue() $Choice))
            }

            # Short waits: between two of them Ctrl+C is heard.
            $ended = @($running | Where-Object { $_.Process.WaitForExit(100) })
            foreach ($run in $running) {
                if (-not $run.IsLate -and $run.Clock.Elapsed.TotalMinutes -gt $TimeoutMinutes) {
                    $run.IsLate = $true
                    $run.Process.Kill($true)
                }
            }
            foreach ($run in $ended) {
                $null = $running.Remove($run)
                $result = Read-TestResult $run $TimeoutMinutes
                $Results.Add($result)
                if ($result.Failed -or $result.Cause) { $run.Output.Result; $run.Errors.Result }
                "{0,-28} {1,5} passed {2,4} failed {3,4} skipped {4,6:0.0} s{5}" -f $result.Name, $result.Passed, $result.Failed, $result.Skipped, $run.Clock.Elapsed.TotalSeconds, $(if ($result.Cause) { "  $($result.Cause)" })
                $run.Process.Dispose()
            }
        }
    }
    finally {
        foreach ($run in $running) { if (-not $run.Process.HasExited) { $run.Process.Kill($true) } }
    }
}

# Counts come from the file that the runner writes, never from its text. A project that says nothing has failed.
function Read-TestResult($Run, [int] $TimeoutMinutes) {
    $passed = $failed = $skipped = 0
    $cause = $null
    try {
        $document = [xml] [IO.File]::ReadAllText($Run.File)
        foreach ($assembly in $document.SelectNodes('/assemblies/assembly')) {
            $passed += [int] $assembly.GetAttribute('passed')
            $failed += [int] $assembly.GetAttribute('failed') + [int] $assembly.GetAttribute('errors')
            $skipped += [int] $assembly.GetAttribute('skipped')
        }
        if ($passed + $failed + $skipped -eq 0) { $cause = 'ran no test' }
        elseif ($Run.Process.ExitCode -ne 0 -and $failed -eq 0) { $cause = "ended with exit code $($Run.Process.ExitCode)" }
    }
    catch { $cause = "left no result (exit code $($Run.Process.ExitCode))" }
    if ($Run.IsLate) { $cause = "was stopped after $TimeoutMinutes minutes" }
    if ($cause -and $failed -eq 0) { $failed = 1 }
    [pscustomobject] @{ Name = $Run.Name; Passed = $passed; Failed = $failed; Skipped = $skipped; Cause = $cause }
}
