using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

/// <summary>What -File does; each of these was compared with pwsh 7.6.</summary>
[Trait("Category", "Slow")]
public sealed class ScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Arguments_bind_to_the_scripts_parameters()
    {
        var script = _folder.Write("bind.ps1", """
            param([string] $Name, [int] $Count, [switch] $Force, [switch] $Quiet)
            "$Name $Count $Force $Quiet"
            """);

        var run = await BundledShell.RunAsync(script, "-Name:itrust", "-Count", "5", "-Force", "-Quiet:$false");

        Assert.Equal("itrust 5 True False\n", run.Output);
    }

    [Fact]
    public async Task What_no_parameter_takes_is_in_args()
    {
        var script = _folder.Write("args.ps1", "$args.Count; $args");

        var run = await BundledShell.RunAsync("-File", script, "one", "-Two", "three");

        Assert.Equal("3\none\n-Two\nthree\n", run.Output);
    }

    [Fact]
    public async Task A_script_knows_where_it_is()
    {
        var script = _folder.Write("where.ps1", "$PSScriptRoot; $PSCommandPath");

        var run = await BundledShell.RunAsync([Path.GetFileName(script)], input: null, environment: null, _folder.Path);

        Assert.Equal($"{_folder.Path}\n{script}\n", run.Output);
    }

    [Fact]
    public async Task Exit_gives_its_code() =>
        Assert.Equal(3, (await BundledShell.RunAsync(_folder.Write("exit.ps1", "exit 3"))).ExitCode);

    [Fact]
    public async Task A_script_that_ends_by_itself_gives_0_whatever_failed_in_it()
    {
        var script = _folder.Write("failed.ps1", "Import-Module no-such-module; sh -c 'exit 9'");

        Assert.Equal(0, (await BundledShell.RunAsync(script)).ExitCode);
    }

    [Fact]
    public async Task The_exit_of_a_script_within_a_script_ends_only_that_one()
    {
        _folder.Write("inner.ps1", "exit 5");
        var script = _folder.Write("outer.ps1", "& \"$PSScriptRoot/inner.ps1\"; \"inner gave $LASTEXITCODE\"");

        var run = await BundledShell.RunAsync(script);

        Assert.Equal((0, "inner gave 5\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task An_uncaught_error_gives_1_and_shows_the_line()
    {
        var script = _folder.Write("throw.ps1", """
            'before'
            throw 'oh no'
            """);

        var run = await BundledShell.RunAsync(script);

        Assert.Equal((1, "before\n"), (run.ExitCode, run.Output));
        Assert.Equal(
            $"""
            Exception: {script}:2
            Line |
               2 |  throw 'oh no'
                 |  ~~~~~~~~~~~~~
                 | oh no

            """,
            run.Error);
    }

    [Fact]
    public async Task An_error_that_does_not_end_the_script_shows_the_line_as_well()
    {
        var script = _folder.Write("goes-on.ps1", "Import-Module no-such-module\n'after'\n");

        var run = await BundledShell.RunAsync(script);

        Assert.Equal((0, "after\n"), (run.ExitCode, run.Output));
        Assert.Contains("   1 |  Import-Module no-such-module", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mandatory_parameter_that_is_missing_is_asked_for_on_standard_input()
    {
        var script = _folder.Write("ask.ps1", "param([Parameter(Mandatory)] [int] $Count) \"count $($Count + 1)\"");

        var run = await BundledShell.RunAsync([script], "4\n");

        Assert.Contains("Supply values for the following parameters:\nCount: count 5\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_input()
    {
        var script = _folder.Write("input.ps1", "$lines = @($input); \"$($lines.Count) lines, the last is $($lines[-1])\"");

        var run = await BundledShell.RunAsync(["-File", script], "old new refs/heads/main\nold new refs/heads/production\n");

        Assert.Equal("2 lines, the last is old new refs/heads/production\n", run.Output);
    }

    [Fact]
    public async Task Standard_input_that_is_empty_is_an_empty_input()
    {
        var script = _folder.Write("empty.ps1", "@($input).Count");

        Assert.Equal("0\n", (await BundledShell.RunAsync([script], "")).Output);
    }

    [Fact]
    public async Task A_file_without_the_extension_runs_for_the_sake_of_shebang_lines()
    {
        var script = _folder.Write("tool", "#!/usr/bin/env -S devops -File\nparam($Name)\n\"tool $Name\"\n");

        Assert.Equal("tool x\n", (await BundledShell.RunAsync(script, "-Name", "x")).Output);
    }

    public void Dispose() => _folder.Dispose();
}
