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
                [pscustomobject] @{ Id = '20260101-1'; State = $global:state; Cause = 'because' }
            }
            function Get-ApplicationInstance { param($Environment, $Connection) }
            """);
    }

    private string Script => Path.Combine(_session.Folder, "scripts", "Deploy-Production.ps1");

    private string Launcher => $"DEVOPS_STATE='{_session.StateFolder}' {Path.Combine(_session.Folder, "devops")}";

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
                $"  {Launcher} '{Script}' -Environment '/srv/production.psd1' -Repository '/srv/git/shop.git' -Commit c0ffee",
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
        Assert.Equal($"  {Launcher} '{Script}' -Environment '/srv/production.psd1' -Repository '/srv/git/shop.git' -Commit c0ffee -Role Canary", _session.Host.Lines[3]);
    }

    [Theory]
    [InlineData("Failed", "1", "The deployment of c0ffee ended as Failed. What served before still serves.")]
    [InlineData("Superseded", "2", "because")]
    public void How_it_ended_is_said_and_is_the_exit_code(string state, string exitCode, string line)
    {
        var result = Run(state, Arguments);

        Assert.Equal(exitCode, Assert.Single(result.Output).ToString());
        Assert.Equal(line, _session.Host.Lines[1]);
    }

    [Fact]
    public void When_no_deployment_began_the_way_back_is_behind_the_last_one()
    {
        _session.Invoke("$global:breaks = $true");

        var result = Run("Succeeded", Arguments);

        Assert.Equal("1", Assert.Single(result.Output).ToString());
        Assert.Equal($"  {Launcher} -Command \"Undo-Deployment -Environment '/srv/production.psd1'\"", _session.Host.Lines[^1]);
    }

    private CmdletResult Run(string state, string arguments)
    {
        _session.Invoke($"$global:breaks = $global:breaks -eq $true; $global:state = '{state}'");
        var result = _session.Invoke($"& '{Script}' {arguments}; \"$LASTEXITCODE\"");
        Assert.Null(result.TerminatingError);
        return result;
    }
}
