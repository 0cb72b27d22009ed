using System.Diagnostics;
using DevOps.Cmdlets.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Completion;

/// <summary>What the Tab key offers, as PowerShell asks for it. None of it asks the API.</summary>
public sealed class CompleterTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_bed.Api.Requests.Skip(_requests));
        await _bed.DisposeAsync();
    }

    // What the preparation of a test asked for.
    private int _requests;

    [Theory]
    [InlineData("Start-ApplicationInstance shop ", "web-1 web-2")]
    [InlineData("Stop-ApplicationInstance -Application shop -Instance web-2", "web-2")]
    [InlineData("Restart-ApplicationInstance shop web-1, ", "web-1 web-2")]
    [InlineData("Get-ApplicationInstance -Instance ", "web-1 web-2")]
    [InlineData("Get-ApplicationLog shop ", "web-1 web-2")]
    [InlineData("Get-ApplicationLog s* -Instance ", "web-1 web-2")]
    [InlineData("Get-ApplicationLog shop -Environment production -Instance ", "web-1 web-2")]
    [InlineData("Get-ApplicationLog shop -Environment ./production.psd1 -Instance ", "web-1 web-2")]
    public void Instances_are_the_droplets_last_seen_of_the_application(string line, string offered)
    {
        _bed.Api.Add("data-1", "fleet:data", "managed-by:devops");
        _bed.Api.Add("web-house", "managed-by:devops");
        See("Get-Droplet");

        Assert.Equal(offered, string.Join(' ', Complete(line)));
    }

    [Fact]
    public void Releases_are_offered_by_application_and_the_newest_first()
    {
        Build();

        Assert.Equal(["post", "shop"], Complete("Get-ApplicationRelease "));
        var ids = _bed.Session.Invoke("Get-ApplicationRelease").Output.ToDictionary(release => (string)release.Properties["Application"].Value, release => (string)release.Properties["Id"].Value);
        Assert.Equal([ids["shop"]], Complete("Get-ApplicationRelease shop "));
        Assert.Equal(new HashSet<string>(ids.Values), [.. Complete("Get-ApplicationRelease -Id ")]);
    }

    [Fact]
    public void Applications_to_build_are_those_of_the_environment_file()
    {
        WriteEnvironment();

        Assert.Equal(["shop", "post"], Complete("New-ApplicationRelease ./production.psd1 "));
        Assert.Equal(["post"], Complete("New-ApplicationRelease -Environment production.psd1 -Name p"));
    }

    [Fact]
    public void Without_a_file_that_can_be_read_they_are_those_that_were_deployed()
    {
        File.WriteAllText(_bed.Environment.File, "@{");

        Assert.Equal(["shop"], Complete("New-ApplicationRelease ./production.psd1 "));
    }

    [Fact]
    public void Branches_are_those_of_the_repository_loose_packed_or_only_in_HEAD()
    {
        Git("init", "-q", "--bare", "-b", "trunk", ".");
        Assert.Equal(["production", "trunk"], Complete("Install-DeploymentHook repository ./production.psd1 -Branch "));

        var tree = Git("hash-object", "-t", "tree", "-w", "/dev/null");
        var commit = Git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit-tree", "-m", "change", tree);
        Git("update-ref", "refs/heads/packed/one", commit);
        Git("pack-refs", "--all");
        Git("update-ref", "refs/heads/loose/two", commit);

        Assert.Equal(["loose/two", "packed/one", "production", "trunk"], Complete("Install-DeploymentHook repository ./production.psd1 -Branch ").Select(branch => branch.Trim('\'')));
    }

    [Fact]
    public void A_repository_that_does_not_exist_offers_the_usual_branch() =>
        Assert.Equal(["production"], Complete("Install-DeploymentHook nowhere ./production.psd1 -Branch "));

    private void See(string script)
    {
        Assert.Empty(_bed.Session.Invoke(script).ErrorIds);
        _requests = _bed.Api.Requests.Count;
    }

    private void WriteEnvironment() => File.WriteAllText(
        _bed.Environment.File,
        """
        @{
            Name = 'production'
            Applications = @(
                @{ Name = 'shop'; Fleet = 'web'; Source = '.'; Command = '/bin/shop'; Port = 80 }
                @{ Name = 'post'; Fleet = 'web'; Source = '.'; Command = '/bin/post'; Port = 81 }
            )
        }
        """);

    private void Build()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Releases are built by /bin/sh.");
        WriteEnvironment();
        Git("init", "-q", "-b", "main", ".");
        File.WriteAllText(Path.Combine(_bed.Session.Folder, "repository", "a.txt"), "one");
        Git("add", "-A");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-q", "-m", "change");
        See("New-ApplicationRelease production.psd1 -Repository repository");
    }

    private IReadOnlyList<string> Complete(string line)
    {
        var result = _bed.Session.Invoke("(TabExpansion2 $line $line.Length).CompletionMatches.CompletionText", ("line", line));
        Assert.Empty(result.ErrorIds);
        return result.Objects<string>();
    }

    private string Git(params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_bed.Session.Folder, "repository"));
        var start = new ProcessStartInfo("git", ["-C", Path.Combine(_bed.Session.Folder, "repository"), .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output.Trim();
    }
}
