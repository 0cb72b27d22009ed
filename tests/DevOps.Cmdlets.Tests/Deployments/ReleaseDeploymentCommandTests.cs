using System.Diagnostics;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Deployments;

/// <summary>What Publish-ApplicationRelease and Invoke-RollingUpdate do with a real release and hosts that do not answer.</summary>
[Trait("Category", "Slow")]
public sealed class ReleaseDeploymentCommandTests : IAsyncDisposable
{
    private const string Release = "Get-ApplicationRelease shop";

    private readonly DeployedSession _bed = new();

    public ReleaseDeploymentCommandTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Releases are built by /bin/sh.");
        File.WriteAllText(
            _bed.Environment.File,
            "@{ Name = 'production'; Applications = @( @{ Name = 'shop'; Fleet = 'web'; Source = '.'; Command = '/bin/shop'; Port = 80 } ) }");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_bed.Session.Folder, "repository")).FullName, "a.txt"), "one");
        Git("init", "-q", "-b", "main", ".");
        Git("add", "-A");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-q", "-m", "change");
        Assert.Empty(_bed.Session.Invoke("New-ApplicationRelease production.psd1 -Repository repository").ErrorIds);
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void Publishing_gives_one_error_for_each_host_that_does_not_answer_and_emits_no_release()
    {
        var result = _bed.Session.Invoke($"{Release} | Publish-ApplicationRelease");

        Assert.Equal(["InstanceUnreachable", "InstanceUnreachable"], result.ErrorIds);
        Assert.Equal(["web-1", "web-2"], result.Errors.Select(error => error.TargetObject).Order());
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("Publish-ApplicationRelease")]
    [InlineData("Invoke-RollingUpdate")]
    public void A_fleet_that_does_not_exist_is_one_error(string cmdlet) =>
        Assert.Equal(["FleetNotFound"], _bed.Session.Invoke($"{Release} | {cmdlet} -Fleet nope -WhatIf:$({(cmdlet == "Publish-ApplicationRelease" ? "$false" : "$true")})").ErrorIds);

    [Theory]
    [InlineData("Publish-ApplicationRelease")]
    [InlineData("Invoke-RollingUpdate")]
    public void An_environment_that_was_never_deployed_from_here_is_one_error(string cmdlet) =>
        Assert.Equal(["EnvironmentNotFound"], _bed.Session.Invoke($"{Release} | {cmdlet} -Environment unheard-of").ErrorIds);

    [Fact]
    public void WhatIf_of_publishing_names_fleet_and_release_and_asks_no_host()
    {
        var release = _bed.Session.Invoke(Release).One<ApplicationRelease>();

        Assert.Empty(_bed.Session.Invoke($"{Release} | Publish-ApplicationRelease -WhatIf").Output);

        var line = Assert.Single(_bed.Session.Host.Lines);
        Assert.Contains("the fleet web", line, StringComparison.Ordinal);
        Assert.Contains(release.Id, line, StringComparison.Ordinal);
        Assert.Empty(_bed.Api.Requests);
    }

    [Fact]
    public void WhatIf_of_a_rolling_update_says_what_would_become_of_each_instance_and_starts_nothing()
    {
        var result = _bed.Session.Invoke($"{Release} | Invoke-RollingUpdate -WhatIf");

        Assert.Empty(result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.Equal(2, _bed.Session.Host.Lines.Count);
        Assert.All(_bed.Session.Host.Lines, line => Assert.Contains("it cannot be reached", line, StringComparison.Ordinal));
        Assert.Empty(_bed.Session.Invoke("Get-Deployment").Output);
    }

    private void Git(params string[] arguments)
    {
        using var git = Process.Start("git", ["-C", Path.Combine(_bed.Session.Folder, "repository"), .. arguments]);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
