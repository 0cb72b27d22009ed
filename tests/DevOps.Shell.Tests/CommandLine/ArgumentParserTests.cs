using DevOps.Shell.CommandLine;

namespace DevOps.Shell.Tests.CommandLine;

public sealed class ArgumentParserTests
{
    [Fact]
    public void No_arguments_read_commands() => Assert.Equal(ShellAction.ReadCommands, ArgumentParser.Parse([]).Action);

    [Theory]
    [InlineData("-Command")]
    [InlineData("-command")]
    [InlineData("-c")]
    [InlineData("-comm")]
    [InlineData("--command")]
    [InlineData("/c")]
    [InlineData("–Command")]
    public void Command_is_known_by_every_name_that_pwsh_takes(string name)
    {
        var arguments = ArgumentParser.Parse([name, "Get-Droplet"]);

        Assert.Equal((ShellAction.RunCommand, "Get-Droplet"), (arguments.Action, arguments.Text));
    }

    [Fact]
    public void Command_takes_the_rest_of_the_line() =>
        Assert.Equal("Get-Droplet -Fleet itrust", ArgumentParser.Parse(["-c", "Get-Droplet", "-Fleet", "itrust"]).Text);

    [Fact]
    public void Switches_before_the_command_are_kept()
    {
        var arguments = ArgumentParser.Parse(["-NoProfile", "-NonInteractive", "-NoLogo", "-NoExit", "-wd", "/srv", "-ep", "Bypass", "-c", "1"]);

        Assert.True(arguments is { IsNonInteractive: true, NoLogo: true, NoExit: true, WorkingDirectory: "/srv", Text: "1" });
    }

    [Theory]
    [InlineData("-File")]
    [InlineData("-f")]
    [InlineData("")]
    public void A_script_runs_with_File_and_without(string name)
    {
        var script = typeof(ArgumentParserTests).Assembly.Location;

        var arguments = ArgumentParser.Parse([name, script, "-Count", "5"]);

        Assert.Equal((ShellAction.RunFile, script, 2), (arguments.Action, arguments.Text, arguments.ScriptArguments.Count));
    }

    [Fact]
    public void What_follows_a_script_is_its_own_even_when_it_looks_like_ours()
    {
        var arguments = ArgumentParser.Parse([typeof(ArgumentParserTests).Assembly.Location, "-NonInteractive", "-Version"]);

        Assert.False(arguments.IsNonInteractive);
        Assert.Equal(["-NonInteractive", "-Version"], arguments.ScriptArguments.Select(argument => argument.Name));
    }

    [Theory]
    [InlineData("-Version")]
    [InlineData("-v")]
    public void Version_wins_over_what_follows(string name) =>
        Assert.Equal(ShellAction.ShowVersion, ArgumentParser.Parse([name, "-Command", "1"]).Action);

    [Theory]
    [InlineData("-Help")]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("/?")]
    public void Help_is_asked_for_in_every_usual_way(string name) => Assert.Equal(ShellAction.ShowHelp, ArgumentParser.Parse([name]).Action);

    [Fact]
    public void An_unknown_argument_is_named()
    {
        var failure = Assert.Throws<CommandLineException>(() => ArgumentParser.Parse(["-Bogus"]));

        Assert.Contains("'-Bogus'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistyped_argument_brings_the_similar_ones()
    {
        var failure = Assert.Throws<CommandLineException>(() => ArgumentParser.Parse(["-Directory"]));

        Assert.Contains("did you mean: -WorkingDirectory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_that_only_pwsh_has_is_refused_by_name()
    {
        var failure = Assert.Throws<CommandLineException>(() => ArgumentParser.Parse(["-EncodedCommand", "MQA="]));

        Assert.Contains("'-EncodedCommand' belongs to PowerShell", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Command")]
    [InlineData("-File")]
    [InlineData("-WorkingDirectory")]
    [InlineData("-ExecutionPolicy")]
    public void An_argument_without_its_value_is_refused(string name)
    {
        var failure = Assert.Throws<CommandLineException>(() => ArgumentParser.Parse([name]));

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_does_not_exist_is_named()
    {
        var failure = Assert.Throws<CommandLineException>(() => ArgumentParser.Parse(["-File", "/srv/missing.ps1"]));

        Assert.Contains("'/srv/missing.ps1' is not recognized as the name of a script file", failure.Message, StringComparison.Ordinal);
    }
}
