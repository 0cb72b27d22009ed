using DevOps.Cmdlets.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Hooks;

/// <summary>The script that the hook runs, as it ships, with stand-ins for the cmdlets that it composes.</summary>
public sealed class DeployScriptTests : IDisposable
{
    private const string Arguments = "-Environment /srv/production.psd1 -Repository /srv/git/shop.git -Commit c0ffee";

    private readonly CmdletSession _session = new();

    public DeployScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(_session.Folder, "scripts"));
        File.Copy(Path.Combine(CmdletSession.RepositoryRoot(), "scripts", "Deploy-Production.ps1"), Script);
        File.WriteAllText(Path.Combine(_session.Folder, "devops"), string.Empty);
        File.WriteAllText(Path.Combine(_session.Folder, "DevOps.psd1"), "@{ RootModule = 'stand-ins.psm1'; ModuleVersion = '1.0'; FunctionsToExport = '*' }");
        File.WriteAllText(
            Path.Combine(_session.Folder, "stand-ins.psm1"),
            """
            function Invoke-Deployment {
                [CmdletBinding()] param($Environment, $Repository, $Commit, $Connection, $Role)
                $Host.UI.WriteLine("deploys $Commit '$Role'")
                if ($global:breaks) { throw 'The file is wrong.' }
                if ($global:state -in 'Failed', 'Stopped', 'Interrupted') { $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Exception]::new("It $($global:state): because"), 'Deployment', 'NotSpecified', $null)) }
                [pscustomobject] @{ Id = '20260101-1'; State = $global:state; Cause = 'because' }
            }
            function Get-ApplicationInstance { param($Environment, $Connection) }
            """);
    }

    private string Script => Path.Combine(_session.Folder, "scripts", "Deploy-Production.ps1");

    private string Launcher => $"DEVOPS_STATE={_session.StateFolder} {Path.Combine(_session.Folder, "devops")}";

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_success_names_the_commands_for_once_more_and_for_the_way_back()
    {
        var result = Run("Succeeded", Arguments);

        Assert.Equal("0", Assert.Single(result.Output).ToString());
        Assert.Equal(
            [
                "deploys c0ffee ''",
                "Deployed c0ffee.",
                "Pushing the same commit again deploys nothing. To deploy it once more:",
                $"  {Launcher} {Script} -Environment /srv/production.psd1 -Repository /srv/git/shop.git -Commit c0ffee",
                "To go back to what was served before:",
                $"  {Launcher} -Command \"Undo-Deployment 20260101-1\"",
            ],
            _session.Host.Lines);
    }

    [Fact]
    public void For_the_canaries_the_commands_are_about_the_canaries_too()
    {
        var result = Run("Succeeded", $"{Arguments} -Role Canary");

        Assert.Equal("0", Assert.Single(result.Output).ToString());
        Assert.Equal(["deploys c0ffee 'Canary'", "Deployed c0ffee to the canaries."], _session.Host.Lines.Take(2));
        Assert.Equal($"  {Launcher} {Script} -Environment /srv/production.psd1 -Repository /srv/git/shop.git -Commit c0ffee -Role Canary", _session.Host.Lines[3]);
    }

    [Fact]
    public void What_a_shell_would_take_apart_is_quoted()
    {
        Run("Succeeded", "-Environment \"/srv/Ada's shop.psd1\" -Repository /srv/git/shop.git -Commit c0ffee");

        Assert.Contains(@"-Environment '/srv/Ada'\''s shop.psd1' -Repository", _session.Host.Lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_one_is_taken_up_again_or_undone_and_nobody_is_told_that_all_is_as_before()
    {
        Assert.Equal("1", Assert.Single(Run("Interrupted", Arguments).Output).ToString());

        Assert.Equal(["It Interrupted: because"], _session.Host.ErrorLines);
        Assert.Equal(
            [
                "deploys c0ffee ''",
                "The deployment of c0ffee was interrupted, so some instances may serve it and others not. To go on with it:",
                $"  {Launcher} -Command \"Invoke-Deployment -Resume 20260101-1\"",
                "To go back to what was served before:",
                $"  {Launcher} -Command \"Undo-Deployment 20260101-1\"",
            ],
            _session.Host.Lines);
    }

    [Fact]
    public void Why_one_failed_is_said_once_below_the_instances()
    {
        Assert.Equal("1", Assert.Single(Run("Failed", Arguments).Output).ToString());

        Assert.Equal(["It Failed: because"], _session.Host.ErrorLines);
        Assert.Equal("The deployment of c0ffee ended as Failed.", _session.Host.Lines[1]);
    }

    [Theory]
    [InlineData("Stopped", "1", "The deployment of c0ffee ended as Stopped.")]
    [InlineData("Superseded", "2", "because")]
    public void How_it_ended_is_said_and_is_the_exit_code(string state, string exitCode, string line)
    {
        var result = Run(state, Arguments);

        Assert.Equal(exitCode, Assert.Single(result.Output).ToString());
        Assert.Equal(line, _session.Host.Lines[1]);
    }

    [Fact]
    public void When_no_deployment_began_there_is_nothing_to_go_back_to()
    {
        _session.Invoke("$global:breaks = $true");

        var result = Run("Succeeded", Arguments);

        Assert.Equal("1", Assert.Single(result.Output).ToString());
        Assert.Equal(["The file is wrong."], _session.Host.ErrorLines);
        Assert.Equal("No deployment of c0ffee was followed to its end. Get-Deployment shows whether one runs.", _session.Host.Lines[1]);
        Assert.DoesNotContain(_session.Host.Lines, line => line.Contains("Undo-Deployment", StringComparison.Ordinal));
    }

    private CmdletResult Run(string state, string arguments)
    {
        _session.Invoke($"$global:breaks = $global:breaks -eq $true; $global:state = '{state}'");
        var result = _session.Invoke($"& '{Script}' {arguments}; \"$LASTEXITCODE\"");
        Assert.Null(result.TerminatingError);
        return result;
    }
}
