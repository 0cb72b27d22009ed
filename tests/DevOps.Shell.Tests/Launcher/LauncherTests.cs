using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Launcher;

/// <summary>What `./devops` builds and starts. The dotnet of these tests only writes down what it is asked to do.</summary>
[Trait("Category", "Slow")]
public sealed class LauncherTests : IDisposable
{
    private const string BuildLine = "devops: building what is missing or older than its sources ...\n";

    private readonly LauncherTree _tree = new();

    [Fact]
    public async Task A_first_start_builds_with_one_line_and_then_runs()
    {
        var run = await _tree.RunAsync("scripts/Start.ps1", "-Port", "80 80");

        Assert.Equal((0, BuildLine), (run.ExitCode, run.Error));
        Assert.StartsWith($"shell: {_tree.Root}/out/shells/1/DevOps.Shell.dll scripts/Start.ps1 -Port 80 80\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("-t:Stage;Shell", Assert.Single(_tree.Builds), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warm_start_builds_nothing()
    {
        await _tree.RunAsync();

        var run = await _tree.RunAsync("-Command", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Single(_tree.Builds);
    }

    [Theory]
    [InlineData("src/DevOps.Core/A.cs")]
    [InlineData("module/Formats/A.ps1xml")]
    [InlineData("scripts/Start.ps1")]
    [InlineData("hooks/post-receive.ps1")]
    [InlineData("samples/production.psd1")]
    [InlineData("DevOps.psd1")]
    [InlineData("build/Stage.proj")]
    [InlineData("Directory.Packages.props")]
    public async Task An_edit_of_anything_that_is_staged_builds_again(string source)
    {
        await _tree.RunAsync();
        _tree.Write(source, "changed");

        var run = await _tree.RunAsync();

        Assert.Equal(BuildLine, run.Error);
        Assert.Equal(2, _tree.Builds.Length);
    }

    [Fact]
    public async Task A_file_that_is_gone_builds_again()
    {
        await _tree.RunAsync();
        _tree.Delete("src/DevOps.Core/A.cs");

        await _tree.RunAsync();

        Assert.Equal(2, _tree.Builds.Length);
    }

    [Fact]
    public async Task A_new_file_with_an_old_date_builds_again()
    {
        await _tree.RunAsync();
        _tree.WriteOld("src/DevOps.Core/Old.cs");

        await _tree.RunAsync();

        Assert.Equal(2, _tree.Builds.Length);
    }

    [Theory]
    [InlineData("src/DevOps.Core/bin/Release/A.dll")]
    [InlineData("src/DevOps.Core/obj/project.assets.json")]
    [InlineData("samples/checkbox/node_modules/a.js")]
    [InlineData("README.md")]
    public async Task What_is_no_source_builds_nothing(string file)
    {
        await _tree.RunAsync();
        _tree.Write(file, "changed");

        await _tree.RunAsync();

        Assert.Single(_tree.Builds);
    }

    [Theory]
    [InlineData("module/bin/DevOps.Cmdlets.dll", "-t:Stage ")]
    [InlineData("out/shell", "-t:Shell ")]
    public async Task What_was_removed_is_built_again_and_only_that(string file, string target)
    {
        await _tree.RunAsync();
        _tree.Delete(file);

        await _tree.RunAsync();

        Assert.Contains(target, _tree.Builds[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_errors_and_starts_nothing()
    {
        _tree.Write("broken", "");

        var run = await _tree.RunAsync("-Command", "1");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("error CS1002: ; expected", run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"devops: the build failed; all it said is in {_tree.Root}/out/build.log\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_failed_is_tried_again()
    {
        _tree.Write("broken", "");
        await _tree.RunAsync();
        _tree.Delete("broken");

        Assert.Equal(0, (await _tree.RunAsync()).ExitCode);
    }

    [Fact]
    public async Task Without_the_SDK_it_says_what_to_install()
    {
        _tree.SetSdks("8.0.100 [/usr/share/dotnet/sdk]\n");

        var run = await _tree.RunAsync();

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("the .NET 10 SDK is needed to build", run.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install dotnet-sdk-10.0", run.Error, StringComparison.Ordinal);
        Assert.Empty(_tree.Builds);
    }

    [Fact]
    public async Task Without_the_SDK_what_is_built_still_starts()
    {
        await _tree.RunAsync();
        _tree.SetSdks("");

        Assert.Equal(0, (await _tree.RunAsync()).ExitCode);
    }

    [Fact]
    public async Task The_cmdlets_are_found_first_and_the_users_modules_still()
    {
        var run = await _tree.RunAsync();

        Assert.Contains($"modules: {_tree.Root}/out:/somewhere/modules\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_from_within_adds_the_modules_once()
    {
        var run = await _tree.RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["PSModulePath"] = $"/a:{_tree.Root}/out" });

        Assert.Contains($"modules: /a:{_tree.Root}/out\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_is_the_shells() =>
        Assert.Equal(7, (await _tree.RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["FAKE_EXIT"] = "7" })).ExitCode);

    [Fact]
    public async Task It_works_through_a_link_from_elsewhere()
    {
        using var elsewhere = new TemporaryFolder();
        var link = Path.Combine(elsewhere.Path, "devops");
        File.CreateSymbolicLink(link, Path.Combine(_tree.Root, "devops"));

        var run = await _tree.RunAsync();
        var linked = await ProgramRun.RunAsync(link, ["-Version"], input: null, new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = Path.Combine(Path.GetDirectoryName(_tree.Root)!, "tools") });

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"shell: {_tree.Root}/out/shells/1/DevOps.Shell.dll -Version\n", linked.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_installed_PowerShell_is_used_and_the_bundled_shell_is_not_built()
    {
        _tree.InstallPowerShell("7.6.5");

        var run = await _tree.RunAsync("-Command", "1");

        Assert.StartsWith($"pwsh: -Command 1\nmodules: {_tree.Root}/out:", run.Output, StringComparison.Ordinal);
        Assert.Contains("-t:Stage ", Assert.Single(_tree.Builds), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundled_passes_over_an_installed_PowerShell()
    {
        _tree.InstallPowerShell("7.6.5");

        var run = await _tree.RunAsync("--bundled", "-Command", "1");

        Assert.StartsWith($"shell: {_tree.Root}/out/shells/1/DevOps.Shell.dll -Command 1\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7.5.4")]
    [InlineData("6.9.0")]
    public async Task A_PowerShell_that_is_too_old_is_passed_over_and_that_is_said_once(string version)
    {
        _tree.InstallPowerShell(version);

        var first = await _tree.RunAsync();
        var second = await _tree.RunAsync();

        Assert.Contains($"PowerShell {version} at ", first.Error, StringComparison.Ordinal);
        Assert.Contains("is older than 7.6; using the bundled shell", first.Error, StringComparison.Ordinal);
        Assert.StartsWith("shell: ", second.Output, StringComparison.Ordinal);
        Assert.Empty(second.Error);
    }

    [Theory]
    [InlineData("7.6.0")]
    [InlineData("7.10.1")]
    [InlineData("8.0.0-preview.1")]
    public async Task A_newer_PowerShell_is_used(string version)
    {
        _tree.InstallPowerShell(version);

        Assert.StartsWith("pwsh: ", (await _tree.RunAsync("-Command", "1")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PowerShell_is_asked_for_its_version_once_and_again_when_it_was_updated()
    {
        _tree.InstallPowerShell("7.6.0");
        await _tree.RunAsync();
        await _tree.RunAsync();
        Assert.Equal(1, _tree.VersionQuestions);

        _tree.InstallPowerShell("7.6.1");
        await _tree.RunAsync();

        Assert.Equal(2, _tree.VersionQuestions);
    }

    public void Dispose() => _tree.Dispose();
}
