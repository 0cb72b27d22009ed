using System.Runtime.Versioning;
using DevOps.Core.Releases.Hooks;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Releases;

[UnsupportedOSPlatform("windows")]
[Trait("Category", "Slow")]
public sealed class HookTests : IDisposable
{
    private const string Awkward = "it's a \"$HOME\" `x`";

    private readonly GitFolder _pushed = new(isBare: true);
    private readonly GitFolder _clone = new();
    private readonly HookPlan _plan;

    public HookTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The hook is a POSIX shell program.");
        // Stands for PowerShell: tells what it was given.
        var shell = Program("shell", """
            #!/bin/sh
            for argument; do printf '<%s>\n' "$argument"; done
            echo "state <$DEVOPS_STATE>"
            while read -r line; do echo "read <$line>"; done
            """);
        _plan = new HookPlan("production", "canary", $"/srv/{Awkward}/production.psd1", Awkward, $"/var/lib/{Awkward}", [shell], Program("post-receive.ps1", string.Empty), "1.2.3");
        GitFolder.Git(_clone.Path, "remote", "add", "pushed", _pushed.Path);
    }

    private string HookFile => Path.Combine(_pushed.Path, "hooks", "post-receive");

    public void Dispose()
    {
        _pushed.Dispose();
        _clone.Dispose();
    }

    [Fact]
    public async Task A_push_starts_the_script_with_all_that_it_needs_whatever_is_in_the_names()
    {
        var hook = await InstallAsync(_plan);
        var commit = _clone.Commit(("a.txt", "one"));

        var seen = Seen(GitFolder.Git(_clone.Path, "push", "pushed", "main:production", "main:other"));

        Assert.Equal((_pushed.Path, "production", "canary", _plan.EnvironmentFile, HookFile), (hook.Repository, hook.Branch, hook.CanaryBranch, hook.Environment, hook.Path));
        Assert.Equal(
            [
                "<-NoLogo>", "<-NoProfile>", "<-NonInteractive>", "<-File>", $"<{_plan.Script}>",
                "<-Repository>", $"<{_pushed.Path}>", "<-Environment>", $"<{_plan.EnvironmentFile}>", "<-Branch>", "<production>", "<-CanaryBranch>", "<canary>", "<-Connection>", $"<{Awkward}>",
                $"state <{_plan.StateFolder}>",
            ],
            seen.Where(line => !line.StartsWith("read", StringComparison.Ordinal)));
        var none = new string('0', commit.Length);
        Assert.Equal(
            [$"read <{none} {commit} refs/heads/other>", $"read <{none} {commit} refs/heads/production>"],
            seen.Where(line => line.StartsWith("read", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_a_branch_of_the_canaries_none_is_passed(string? branch)
    {
        var hook = await InstallAsync(_plan with { CanaryBranch = branch });
        _clone.Commit(("a.txt", "one"));

        Assert.Null(hook.CanaryBranch);
        Assert.DoesNotContain("<-CanaryBranch>", Seen(GitFolder.Git(_clone.Path, "push", "pushed", "main:production")));
    }

    [Theory]
    [InlineData("production")]
    [InlineData("refs/heads/production")]
    [InlineData("a..b")]
    public async Task A_branch_that_cannot_be_that_of_the_canaries_is_refused(string branch)
    {
        await Failing.WithAsync("BranchInvalid", () => InstallAsync(_plan with { CanaryBranch = branch }));
        Assert.False(File.Exists(HookFile));
    }

    [Fact]
    public async Task A_connection_that_nobody_chose_is_not_passed()
    {
        await InstallAsync(_plan with { Connection = null });
        _clone.Commit(("a.txt", "one"));

        Assert.DoesNotContain("<-Connection>", Seen(GitFolder.Git(_clone.Path, "push", "pushed", "main:production")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hook_whose_module_or_shell_is_gone_says_how_to_install_it_again_and_the_push_stands(bool shellIsGone)
    {
        await InstallAsync(_plan);
        var gone = shellIsGone ? _plan.Shell[0] : _plan.Script;
        File.Delete(gone);
        var commit = _clone.Commit(("a.txt", "one"));

        var seen = Seen(GitFolder.Git(_clone.Path, "push", "pushed", "main:production"));

        Assert.Equal($"Nothing was deployed: '{gone}' is gone. The module was moved, updated or removed.", seen[0]);
        Assert.Equal(
            $"  Install-DeploymentHook -Repository '{_pushed.Path}' -Environment '/srv/{Awkward.Replace("'", "''", StringComparison.Ordinal)}/production.psd1' -Branch 'production' -CanaryBranch 'canary' -Connection '{Awkward.Replace("'", "''", StringComparison.Ordinal)}'",
            seen[2]);
        Assert.Equal(commit, GitFolder.Git(_pushed.Path, "rev-parse", "production").Trim());
    }

    [Fact]
    public async Task The_script_goes_on_after_the_pusher_has_gone()
    {
        // Hangs up and interrupts itself, as a closed terminal does to everybody in it, and then writes to nobody.
        var shell = Program("shell", "#!/bin/sh\nkill -HUP $$; kill -INT $$; kill -PIPE $$; echo still here; cat >/dev/null\n");
        await InstallAsync(_plan with { Shell = [shell] });
        _clone.Commit(("a.txt", "one"));

        Assert.Contains("still here", Seen(GitFolder.Git(_clone.Path, "push", "pushed", "main:production")));
    }

    [Fact]
    public async Task Installing_again_replaces_our_own_hook_and_leaves_nothing_beside_it()
    {
        await InstallAsync(_plan);
        var first = await File.ReadAllTextAsync(HookFile, TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(Path.GetDirectoryName(HookFile)!);

        await InstallAsync(_plan);
        Assert.Equal(first, await File.ReadAllTextAsync(HookFile, TestContext.Current.CancellationToken));

        await InstallAsync(_plan with { Branch = "refs/heads/release/1.x", Version = "2.0.0" });
        Assert.Contains("-Branch 'release/1.x'", await File.ReadAllTextAsync(HookFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(files, Directory.GetFiles(Path.GetDirectoryName(HookFile)!));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(HookFile));
    }

    [Fact]
    public async Task Somebody_elses_hook_is_neither_replaced_nor_removed()
    {
        const string theirs = "#!/bin/sh\nmail -s pushed team@example.org\n";
        await File.WriteAllTextAsync(HookFile, theirs, TestContext.Current.CancellationToken);

        await Failing.WithAsync("HookTaken", () => InstallAsync(_plan));
        await Failing.WithAsync("HookTaken", UninstallAsync);
        Assert.Equal(theirs, await File.ReadAllTextAsync(HookFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_hook_that_is_a_link_is_left_alone_even_if_it_leads_to_one_of_ours()
    {
        await InstallAsync(_plan);
        var elsewhere = Path.Combine(_pushed.Root, "shared-hook");
        File.Move(HookFile, elsewhere);
        File.CreateSymbolicLink(HookFile, elsewhere);

        await Failing.WithAsync("HookTaken", () => InstallAsync(_plan with { Branch = "other" }));
        await Failing.WithAsync("HookTaken", UninstallAsync);
        Assert.DoesNotContain("other", await File.ReadAllTextAsync(elsewhere, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uninstalling_makes_pushes_deploy_nothing()
    {
        await InstallAsync(_plan);

        Assert.Equal(HookFile, await UninstallAsync());

        _clone.Commit(("a.txt", "one"));
        Assert.Empty(Seen(GitFolder.Git(_clone.Path, "push", "pushed", "main:production")));
        await Failing.WithAsync("HookNotFound", UninstallAsync);
    }

    [Fact]
    public async Task A_repository_with_a_work_tree_is_refused_with_the_command_that_makes_a_bare_one()
    {
        var failure = await Failing.WithAsync("RepositoryNotBare", () => HookInstaller.InstallAsync(_clone.Path, _plan, TestContext.Current.CancellationToken));

        Assert.Contains($"git clone --bare '{_clone.Path}'", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hooks_that_git_looks_for_elsewhere_are_refused_because_ours_would_never_run()
    {
        GitFolder.Git(_pushed.Path, "config", "core.hooksPath", "/etc/git-hooks");

        await Failing.WithAsync("HookFolderElsewhere", () => InstallAsync(_plan));
        Assert.False(File.Exists(HookFile));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("x\ny")]
    [InlineData("")]
    public async Task A_name_that_git_allows_no_branch_is_refused(string branch)
    {
        await Failing.WithAsync("BranchInvalid", () => InstallAsync(_plan with { Branch = branch }));
    }

    [Fact]
    public async Task A_repository_without_a_hooks_folder_gets_one()
    {
        Directory.Delete(Path.Combine(_pushed.Path, "hooks"), recursive: true);

        Assert.True(File.Exists((await InstallAsync(_plan)).Path));
    }

    [Fact]
    public async Task A_repository_of_another_account_is_refused_with_the_way_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        using var chown = System.Diagnostics.Process.Start("chown", ["-R", "nobody", _pushed.Path]);
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);

        var failure = await Failing.WithAsync("RepositoryOwnerDiffers", () => InstallAsync(_plan));

        Assert.Contains($"chown -R {Environment.UserName} '{_pushed.Path}'", failure.RecommendedAction, StringComparison.Ordinal);
    }

    private Task<Model.DeploymentHook> InstallAsync(HookPlan plan) => HookInstaller.InstallAsync(_pushed.Path, plan, TestContext.Current.CancellationToken);

    private Task<string> UninstallAsync() => HookInstaller.UninstallAsync(_pushed.Path, TestContext.Current.CancellationToken);

    private string Program(string name, string content)
    {
        var file = Path.Combine(_clone.Root, name);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    // What the hook writes comes to the pusher line by line behind "remote: ", with blanks at the end.
    private static IReadOnlyList<string> Seen(string output) =>
        [.. output.Split('\n').Where(line => line.StartsWith("remote: ", StringComparison.Ordinal)).Select(line => line["remote: ".Length..].TrimEnd())];
}
