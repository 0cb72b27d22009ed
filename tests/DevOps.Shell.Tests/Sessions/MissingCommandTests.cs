using DevOps.Shell.Execution;
using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

[Trait("Category", "Slow")]
public sealed class MissingCommandTests
{
    [Theory]
    [InlineData("Get-Content a.txt -Raw -Encoding:utf8", "'Get-Content' belongs to PowerShell's module Microsoft.PowerShell.Management")]
    [InlineData("1, 2 | Sort-Object -Descending", "'Sort-Object' belongs to PowerShell's module Microsoft.PowerShell.Utility")]
    [InlineData("write-host hi", "'Write-Host' belongs to PowerShell's module Microsoft.PowerShell.Utility")]
    [InlineData("1 | select -First 1", "'Select-Object' belongs to PowerShell's module Microsoft.PowerShell.Utility")]
    public async Task A_command_that_ships_with_PowerShell_says_where_it_is_and_how_to_get_it(string command, string expected)
    {
        var run = await BundledShell.RunAsync("-Command", command);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Install PowerShell 7.6 or later (https://aka.ms/install-powershell)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_the_error_that_PowerShell_gives_for_an_unknown_command()
    {
        var run = await BundledShell.RunAsync(
            "-Command",
            "try { Get-Date } catch [System.Management.Automation.CommandNotFoundException] { $_.FullyQualifiedErrorId; $_.Exception.CommandName }");

        Assert.Equal("CommandShipsWithPowerShell,Get-Date\nGet-Date\n", run.Output);
    }

    [Fact]
    public async Task A_script_goes_on_after_it_as_after_any_unknown_command()
    {
        var run = await BundledShell.RunAsync("-Command", "Get-Date; 'after'");

        Assert.Equal((0, "after\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Asking_for_such_a_command_finds_none()
    {
        var run = await BundledShell.RunAsync("-Command", "$null -eq (Get-Command Get-Content -ErrorAction Ignore); try { Get-Content x } catch { }; $null -eq (Get-Command Get-Content -ErrorAction Ignore)");

        Assert.Equal("True\nTrue\n", run.Output);
    }

    [Fact]
    public async Task A_shell_started_from_a_whole_PowerShell_says_the_same()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "Modules/Microsoft.PowerShell.Utility/Microsoft.PowerShell.Utility.psd1",
            "@{ ModuleVersion = '7.0.0.0'; CmdletsToExport = 'Get-Date'; NestedModules = 'Microsoft.PowerShell.Commands.Utility.dll' }");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PSModulePath"] = Path.Combine(folder.Path, "Modules") };

        var run = await BundledShell.RunAsync(["-Command", "Get-Date"], input: null, environment);

        Assert.Contains("'Get-Date' belongs to PowerShell's module Microsoft.PowerShell.Utility", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_unknown_command_is_just_unknown()
    {
        var run = await BundledShell.RunAsync("-Command", "Get-Dorplet");

        Assert.Contains("The term 'Get-Dorplet' is not recognized", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_command_of_the_engine_is_called_missing()
    {
        var own = System.Management.Automation.Runspaces.InitialSessionState.CreateDefault2().Commands.Select(command => command.Name);

        Assert.Empty(own.Intersect(MissingCommandHint.ReadCommands().Keys, StringComparer.OrdinalIgnoreCase));
    }
}
