using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

/// <summary>What -Command does; each of these was compared with pwsh 7.6.</summary>
[Trait("Category", "Slow")]
public sealed class CommandTests
{
    [Fact]
    public async Task Output_goes_to_standard_output_and_the_exit_code_is_0()
    {
        var run = await BundledShell.RunAsync("-Command", "'hello'; 1 + 1");

        Assert.Equal((0, "hello\n2\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task Exit_gives_its_code() => Assert.Equal(3, (await BundledShell.RunAsync("-Command", "exit 3; 'never'")).ExitCode);

    [Fact]
    public async Task An_uncaught_error_gives_1_and_stands_on_standard_error()
    {
        var run = await BundledShell.RunAsync("-Command", "throw 'oh no'; 'never'");

        Assert.Equal((1, "", "Exception: oh no\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("1; Import-Module no-such-module", 1)]
    [InlineData("Import-Module no-such-module; 1", 0)]
    [InlineData("sh -c 'exit 7'", 1)]
    [InlineData("sh -c 'exit 7'; 1", 0)]
    public async Task The_last_statement_decides(string command, int expected) =>
        Assert.Equal(expected, (await BundledShell.RunAsync("-Command", command)).ExitCode);

    [Fact]
    public async Task A_syntax_error_is_told_and_gives_1()
    {
        var run = await BundledShell.RunAsync("-Command", "if (");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("Missing condition in if statement", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_input_a_line_an_object()
    {
        var run = await BundledShell.RunAsync(["-Command", "foreach ($line in $input) { \"<$line>\" }"], "one\ntwo\n");

        Assert.Equal("<one>\n<two>\n", run.Output);
    }

    [Fact]
    public async Task Standard_input_is_left_to_a_native_command_when_input_is_not_named()
    {
        var run = await BundledShell.RunAsync(["-Command", "sh -c 'read line; echo \"read $line\"'"], "one\n");

        Assert.Equal("read one\n", run.Output);
    }

    [Fact]
    public async Task A_pipeline_that_has_had_enough_of_its_input_ends()
    {
        var run = await BundledShell.RunAsync(["-Command", "$input | ForEach-Object { $_; throw 'enough' }"], string.Concat(Enumerable.Repeat("line\n", 10_000)));

        Assert.Equal((1, "line\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task The_working_directory_is_entered_before_the_command_runs()
    {
        using var folder = new TemporaryFolder();

        var run = await BundledShell.RunAsync("-WorkingDirectory", folder.Path, "-Command", "\"$PWD\"");

        Assert.Equal(folder.Path + "\n", run.Output);
    }

    [Fact]
    public async Task A_working_directory_that_does_not_exist_runs_nothing()
    {
        var run = await BundledShell.RunAsync("-WorkingDirectory", "/no/such/folder", "-Command", "'ran'");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("Cannot start in '/no/such/folder'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_gives_64_and_says_why()
    {
        var run = await BundledShell.RunAsync("-Bogus");

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.Contains("Invalid argument '-Bogus'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_the_engines()
    {
        var run = await BundledShell.RunAsync("-Version");

        Assert.Equal((0, "PowerShell 7.6.9\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Help_lists_the_arguments_and_the_exit_codes()
    {
        var run = await BundledShell.RunAsync("-Help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("-NonInteractive", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_come_from_standard_input_when_there_is_nothing_else_to_run()
    {
        var run = await BundledShell.RunAsync([], "1 + 1\nif ($true)\n{\n    'in a block'\n}\nexit 4\n'never'\n");

        Assert.Equal((4, "2\nin a block\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Commands_from_standard_input_end_with_1_when_the_last_one_fails()
    {
        var run = await BundledShell.RunAsync(["-Command", "-"], "'ran'\nthrow 'oh no'\n");

        Assert.Equal((1, "ran\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task NoExit_goes_on_to_read_commands()
    {
        var run = await BundledShell.RunAsync(["-NoExit", "-Command", "$kept = 'kept'"], "$kept\nexit 2\n");

        Assert.Equal((2, "kept\n"), (run.ExitCode, run.Output));
    }
}
