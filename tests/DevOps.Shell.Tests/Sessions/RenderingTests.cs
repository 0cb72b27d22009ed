using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

[Trait("Category", "Slow")]
public sealed class RenderingTests
{
    private const string WriteEverything = """
        function Write-Everything
        {
            [CmdletBinding()] param()
            $PSCmdlet.WriteWarning('careful')
            $PSCmdlet.WriteVerbose('in detail')
            $PSCmdlet.WriteDebug('for developers')
            $PSCmdlet.WriteInformation([System.Management.Automation.HostInformationMessage] @{ Message = 'by the way' }, [string[]] 'PSHOST')
            $progress = [System.Management.Automation.ProgressRecord]::new(1, 'Deploying', 'host 1 of 5')
            $progress.PercentComplete = 20
            $PSCmdlet.WriteProgress($progress)
            [pscustomobject] @{ Name = 'itrust'; Count = 5 }
        }
        """;

    [Fact]
    public async Task Objects_go_through_their_views()
    {
        var run = await BundledShell.RunAsync("-Command", "[pscustomobject] @{ Name = 'itrust'; Count = 5 }");

        Assert.Equal("\nName   Count\n----   -----\nitrust     5\n\n", run.Output);
    }

    [Fact]
    public async Task A_modules_own_views_are_used_and_its_commands_are_found_by_name()
    {
        using var folder = new TemporaryFolder();
        folder.Write("modules/Fleet/1.0.0/Fleet.psd1", """
            @{
                RootModule = 'Fleet.psm1'
                ModuleVersion = '1.0.0'
                FormatsToProcess = 'Fleet.Format.ps1xml'
                FunctionsToExport = 'Get-TestFleet'
                CmdletsToExport = @()
                AliasesToExport = @()
            }
            """);
        folder.Write("modules/Fleet/1.0.0/Fleet.psm1", "function Get-TestFleet { [pscustomobject] @{ PSTypeName = 'Test.Fleet'; Name = 'itrust'; Hidden = 1 } }");
        folder.Write("modules/Fleet/1.0.0/Fleet.Format.ps1xml", """
            <Configuration><ViewDefinitions><View>
              <Name>Test.Fleet</Name>
              <ViewSelectedBy><TypeName>Test.Fleet</TypeName></ViewSelectedBy>
              <TableControl>
                <TableHeaders><TableColumnHeader><Label>Fleet</Label></TableColumnHeader></TableHeaders>
                <TableRowEntries><TableRowEntry><TableColumnItems>
                  <TableColumnItem><ScriptBlock>$_.Name.ToUpper()</ScriptBlock></TableColumnItem>
                </TableColumnItems></TableRowEntry></TableRowEntries>
              </TableControl>
            </View></ViewDefinitions></Configuration>
            """);
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PSModulePath"] = Path.Combine(folder.Path, "modules") };

        var run = await BundledShell.RunAsync(["-Command", "Get-TestFleet"], input: null, environment);

        Assert.Equal(("\nFleet\n-----\nITRUST\n\n", ""), (run.Output, run.Error));
    }

    [Fact]
    public async Task Warnings_and_information_are_shown_without_being_asked_for()
    {
        var run = await BundledShell.RunAsync("-Command", $"{WriteEverything}; $null = Write-Everything");

        Assert.Equal(("WARNING: careful\nby the way\n", ""), (run.Output, run.Error));
    }

    [Fact]
    public async Task Verbose_and_debug_texts_are_shown_when_asked_for()
    {
        var run = await BundledShell.RunAsync("-Command", $"{WriteEverything}; $VerbosePreference = $DebugPreference = 'Continue'; $null = Write-Everything");

        Assert.Equal("WARNING: careful\nVERBOSE: in detail\nDEBUG: for developers\nby the way\n", run.Output);
    }

    [Fact]
    public async Task Progress_is_shown_on_a_terminal_and_is_gone_at_the_end()
    {
        using var terminal = PseudoTerminal.Start("-Command", $"{WriteEverything}; $null = Write-Everything");

        await terminal.WaitForAsync("Deploying [\u001b[7mhost 1 of 5");
        var (exitCode, text) = await terminal.WaitForEndAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains("\r\u001b[J", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Deploying", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_gets_colours()
    {
        using var terminal = PseudoTerminal.Start("-Command", $"{WriteEverything}; $null = Write-Everything");

        var (_, text) = await terminal.WaitForEndAsync();

        Assert.Contains("\u001b[33;1mWARNING: careful\u001b[0m", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NO_COLOR_takes_the_colours_away_and_leaves_the_text()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["NO_COLOR"] = "1" };
        using var terminal = PseudoTerminal.Start(environment, ["-Command", $"{WriteEverything}; $Host.UI.WriteLine('Red', 'Black', 'painted'); $null = Write-Everything; throw 'oh no'"]);

        var (_, text) = await terminal.WaitForEndAsync();

        Assert.Contains("painted\r\nWARNING: careful\r\n", text, StringComparison.Ordinal);
        Assert.Contains("oh no", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("\u001b\\[[0-9;]*m", text);
    }

    [Fact]
    public async Task A_terminal_called_dumb_gets_no_escape_sequence_at_all()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["TERM"] = "dumb" };
        using var terminal = PseudoTerminal.Start(environment, ["-Command", $"{WriteEverything}; Write-Everything"]);

        var (_, text) = await terminal.WaitForEndAsync();

        Assert.Contains("WARNING: careful\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public async Task Colours_go_into_a_file_only_when_a_script_says_so()
    {
        var run = await BundledShell.RunAsync("-Command", "$Host.UI.WriteLine('Red', 'Black', 'plain'); $PSStyle.OutputRendering = 'Ansi'; $Host.UI.WriteLine('Red', $Host.UI.RawUI.BackgroundColor, 'red')");

        Assert.Equal("plain\n\u001b[91mred\u001b[0m\n", run.Output);
    }
}
