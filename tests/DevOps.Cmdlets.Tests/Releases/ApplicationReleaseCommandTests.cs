using System.Diagnostics;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Releases;

public sealed class ApplicationReleaseCommandTests : IDisposable
{
    private readonly CmdletSession _session = new();

    public ApplicationReleaseCommandTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Releases are built by /bin/sh.");
        File.WriteAllText(
            Path.Combine(_session.Folder, "production.psd1"),
            """
            @{
                Name = 'production'
                Applications = @(
                    @{ Name = 'shop'; Fleet = 'web'; Source = 'shop'; Command = '/bin/shop'; Port = 80; Build = 'echo built in $(pwd)' }
                    @{ Name = 'post'; Fleet = 'web'; Source = 'post'; Command = '/bin/post'; Port = 81 }
                )
            }
            """);
        Write("repository/shop/a.txt", "one");
        Write("repository/post/b.txt", "two");
        Git("init", "-q", "-b", "main", ".");
        Git("add", "-A");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-q", "-m", "change");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_application_is_built_in_the_order_of_the_file_and_the_output_is_shown()
    {
        var result = _session.Invoke("New-ApplicationRelease production.psd1 -Repository repository");

        Assert.Empty(result.ErrorIds);
        Assert.Equal(["shop", "post"], result.Objects<ApplicationRelease>().Select(release => release.Application));
        Assert.Contains(result.Information, line => line.StartsWith("shop | built in ", StringComparison.Ordinal));
        Assert.All(result.Progress.GroupBy(record => record.ActivityId), records => Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, records.Last().RecordType));
    }

    [Fact]
    public void WhatIf_builds_nothing()
    {
        Assert.Empty(_session.Invoke("New-ApplicationRelease production.psd1 -Repository repository -WhatIf").Output);
        Assert.False(Directory.Exists(_session.StateFolder));
    }

    [Fact]
    public void An_application_that_does_not_exist_is_an_error_and_the_next_one_is_built()
    {
        var result = _session.Invoke("'nope', 'POST' | New-ApplicationRelease production.psd1 -Repository repository");

        Assert.Equal(["ApplicationNotFound"], result.ErrorIds);
        Assert.Equal("post", Assert.Single(result.Objects<ApplicationRelease>()).Application);
    }

    [Fact]
    public void An_environment_file_with_errors_ends_it_with_the_first_and_the_command_that_lists_all()
    {
        File.WriteAllText(Path.Combine(_session.Folder, "bad.psd1"), "@{ Name = 'X Y'; Foo = 1 }");

        var result = _session.Invoke("New-ApplicationRelease bad.psd1 -Repository repository");

        Assert.Equal(["EnvironmentFileInvalid"], result.ErrorIds);
        var details = result.TerminatingError!.ErrorDetails;
        Assert.Contains("bad.psd1, line 1", details.Message, StringComparison.Ordinal);
        Assert.Contains("There are 2 more errors.", details.Message, StringComparison.Ordinal);
        Assert.Contains($"Test-DeploymentEnvironment '{Path.Combine(_session.Folder, "bad.psd1")}'", details.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_that_does_not_exist_ends_it_once_for_all_applications() =>
        Assert.Equal(["CommitNotFound"], _session.Invoke("New-ApplicationRelease production.psd1 -Repository repository -Commit nope").ErrorIds);

    [Theory]
    [InlineData("Get-ApplicationRelease", "post shop")]
    [InlineData("Get-ApplicationRelease S*", "shop")]
    [InlineData("Get-ApplicationRelease post, shop", "post shop")]
    [InlineData("Get-ApplicationRelease none*", "")]
    [InlineData("'shop' | Get-ApplicationRelease", "shop")]
    [InlineData("Get-ApplicationRelease -Id *-*", "post shop")]
    [InlineData("Get-ApplicationRelease | Get-ApplicationRelease", "post shop")]
    public void Releases_are_found_by_application_and_id(string script, string applications)
    {
        Assert.Empty(_session.Invoke("New-ApplicationRelease production.psd1 -Repository repository").ErrorIds);

        Assert.Equal(applications, string.Join(' ', _session.Invoke(script).Objects<ApplicationRelease>().Select(release => release.Application)));
    }

    [Fact]
    public void A_release_that_is_named_and_does_not_exist_is_an_error() =>
        Assert.Equal(["ReleaseNotFound"], _session.Invoke("Get-ApplicationRelease shop -Id nope").ErrorIds);

    [Fact]
    public void Publishing_a_release_that_is_gone_is_an_error_and_not_an_exception()
    {
        var release = Assert.Single(_session.Invoke("New-ApplicationRelease production.psd1 shop -Repository repository").Objects<ApplicationRelease>());
        File.Delete(Path.Combine(_session.StateFolder, "releases", "shop", release.Id + ".json"));

        var result = _session.Invoke("$release | Publish-ApplicationRelease -Environment production.psd1; 'went on'", ("release", release));

        Assert.Equal(["ReleaseNotFound"], result.ErrorIds);
        Assert.Equal("went on", Assert.Single(result.Output).ToString());
    }

    private void Write(string name, string content)
    {
        var file = Path.Combine(_session.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    private void Git(params string[] arguments)
    {
        using var git = Process.Start("git", ["-C", Path.Combine(_session.Folder, "repository"), .. arguments]);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
