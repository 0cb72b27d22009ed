using DevOps.Cmdlets.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Hooks;

/// <summary>The hook's script as it ships, with a stand-in for the script that deploys.</summary>
public sealed class PostReceiveScriptTests : IDisposable
{
    private const string Old = "1111111111111111111111111111111111111111";
    private const string New = "2222222222222222222222222222222222222222";
    private const string None = "0000000000000000000000000000000000000000";

    private readonly CmdletSession _session = new();

    public PostReceiveScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(_session.Folder, "hooks"));
        Directory.CreateDirectory(Path.Combine(_session.Folder, "scripts"));
        File.Copy(Path.Combine(CmdletSession.RepositoryRoot(), "hooks", "post-receive.ps1"), Path.Combine(_session.Folder, "hooks", "post-receive.ps1"));
        File.WriteAllText(
            Path.Combine(_session.Folder, "scripts", "Deploy-Production.ps1"),
            """
            param($Environment, $Repository, $Commit, $Connection, $Role)
            "deploys $Commit of $Repository to $Environment$(if ($Role) { " ($Role)" }) through '$Connection' git=$([Environment]::GetEnvironmentVariable('GIT_DIR'))"
            exit $(if ($Role) { 2 } else { 3 })
            """);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_push_of_the_branch_deploys_the_pushed_commit_without_gits_variables_and_passes_the_exit_code_on()
    {
        _session.SetEnvironment("GIT_DIR", "/srv/git/shop.git");

        var result = Push("-Connection work", $"{Old} {New} refs/heads/production");

        Assert.Equal([$"deploys {New} of /srv/git/shop.git to /srv/production.psd1 through 'work' git=", "3"], result.Output.Select(item => item.ToString()));
        Assert.Empty(_session.Host.Lines);
    }

    [Fact]
    public void A_new_branch_deploys_as_well()
    {
        Assert.StartsWith($"deploys {New}", Push(string.Empty, $"{None} {New} refs/heads/production").Output[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_of_the_branch_of_the_canaries_deploys_to_the_canaries_only()
    {
        var result = Push("-CanaryBranch canary", $"{Old} {New} refs/heads/canary");

        Assert.Equal([$"deploys {New} of /srv/git/shop.git to /srv/production.psd1 (Canary) through '' git=", "2"], result.Output.Select(item => item.ToString()));
        Assert.Empty(_session.Host.Lines);
    }

    [Fact]
    public void A_push_of_both_branches_deploys_to_all_first_and_passes_the_first_failure_on()
    {
        var result = Push("-CanaryBranch canary", $"{Old} {Old} refs/heads/canary", $"{Old} {New} refs/heads/production");

        Assert.Equal(
            [
                $"deploys {New} of /srv/git/shop.git to /srv/production.psd1 through '' git=",
                $"deploys {Old} of /srv/git/shop.git to /srv/production.psd1 (Canary) through '' git=",
                "3",
            ],
            result.Output.Select(item => item.ToString()));
    }

    [Theory]
    [InlineData("refs/heads/main")]
    [InlineData("refs/heads/Canary")]
    [InlineData("refs/tags/canary")]
    public void Another_ref_deploys_nothing_and_both_branches_that_do_are_named(string name)
    {
        var result = Push("-CanaryBranch canary", $"{Old} {New} {name}");

        Assert.Equal(["0"], result.Output.Select(item => item.ToString()));
        Assert.Equal([$"{name} deploys nothing: only the branches production and canary do."], _session.Host.Lines);
    }

    [Fact]
    public void Deleting_the_branch_of_the_canaries_deploys_nothing_and_is_told_so()
    {
        var result = Push("-CanaryBranch canary", $"{Old} {None} refs/heads/canary");

        Assert.Equal(["0"], result.Output.Select(item => item.ToString()));
        Assert.Equal(["The branch canary was deleted. Nothing is deployed, and what is deployed stays."], _session.Host.Lines);
    }

    [Theory]
    [InlineData("refs/heads/main")]
    [InlineData("refs/heads/canary")]
    [InlineData("refs/heads/Production")]
    [InlineData("refs/heads/production/2")]
    [InlineData("refs/tags/production")]
    public void Another_ref_deploys_nothing_and_is_told_so(string name)
    {
        var result = Push(string.Empty, $"{Old} {New} {name}");

        Assert.Equal(["0"], result.Output.Select(item => item.ToString()));
        Assert.Equal([$"{name} deploys nothing: only the branch production does."], _session.Host.Lines);
    }

    [Fact]
    public void Deleting_the_branch_deploys_nothing_and_is_told_so()
    {
        var result = Push(string.Empty, $"{Old} {None} refs/heads/production");

        Assert.Equal(["0"], result.Output.Select(item => item.ToString()));
        Assert.Equal(["The branch production was deleted. Nothing is deployed, and what is deployed stays."], _session.Host.Lines);
    }

    [Fact]
    public void Several_refs_in_one_push_deploy_the_branch_once_and_name_the_others()
    {
        var result = Push(string.Empty, $"{Old} {New} refs/heads/main", $"{Old} {New} refs/heads/production", $"{None} {New} refs/tags/v1");

        Assert.Equal(2, result.Output.Count);
        Assert.Equal(
            ["refs/heads/main deploys nothing: only the branch production does.", "refs/tags/v1 deploys nothing: only the branch production does."],
            _session.Host.Lines);
    }

    [Theory]
    [InlineData("Repository")]
    [InlineData("Environment")]
    [InlineData("Branch")]
    public void A_missing_argument_is_named(string name)
    {
        var arguments = string.Join(' ', new[] { "Repository", "Environment", "Branch" }.Where(argument => argument != name).Select(argument => $"-{argument} x"));

        Assert.StartsWith($"Give -{name}:", _session.Invoke($"& ./hooks/post-receive.ps1 {arguments}").TerminatingError?.Exception.Message, StringComparison.Ordinal);
    }

    private CmdletResult Push(string arguments, params string[] lines)
    {
        var result = _session.Invoke(
            $"$pushed | & ./hooks/post-receive.ps1 -Repository /srv/git/shop.git -Environment /srv/production.psd1 -Branch production {arguments}; \"$LASTEXITCODE\"",
            ("pushed", lines));
        Assert.Null(result.TerminatingError);
        return result;
    }
}
