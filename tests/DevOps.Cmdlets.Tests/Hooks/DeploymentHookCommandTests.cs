using System.Diagnostics;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Hooks;

public sealed class DeploymentHookCommandTests : IDisposable
{
    private readonly CmdletSession _session = new();

    public DeploymentHookCommandTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The hook is a POSIX shell program.");
        File.WriteAllText(Path.Combine(_session.Folder, "production.psd1"), "@{ Name = 'production'; Applications = @{ Name = 'shop'; Fleet = 'web'; Source = '.'; Command = '/bin/shop'; Port = 80 } }");
        using var git = Process.Start("git", ["init", "-q", "--bare", Path.Combine(_session.Folder, "shop.git")]);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    private string HookFile => Path.Combine(_session.Folder, "shop.git", "hooks", "post-receive");

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_hook_carries_full_paths_of_this_session_and_this_module()
    {
        var hook = _session.Invoke("Install-DeploymentHook shop.git production.psd1").One<DeploymentHook>();

        Assert.Equal(new DeploymentHook(Path.Combine(_session.Folder, "shop.git"), "production", "canary", Path.Combine(_session.Folder, "production.psd1"), HookFile), hook);
        var content = File.ReadAllText(HookFile);
        Assert.Contains($"exec '{Environment.ProcessPath}' ", content, StringComparison.Ordinal);
        Assert.Contains($"-File '{Path.Combine(CmdletSession.RepositoryRoot(), "hooks", "post-receive.ps1")}'", content, StringComparison.Ordinal);
        Assert.Contains($"DEVOPS_STATE='{_session.StateFolder}'", content, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_branch_of_the_canaries_switches_it_off()
    {
        var hook = _session.Invoke("Install-DeploymentHook shop.git production.psd1 -CanaryBranch ''").One<DeploymentHook>();

        Assert.Null(hook.CanaryBranch);
        Assert.Contains("-Branch 'production'\n", File.ReadAllText(HookFile), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_writes_and_removes_nothing()
    {
        Assert.Empty(_session.Invoke("Install-DeploymentHook shop.git production.psd1 -WhatIf").Output);
        Assert.False(File.Exists(HookFile));

        _session.Invoke("Install-DeploymentHook shop.git production.psd1; Uninstall-DeploymentHook shop.git -WhatIf");
        Assert.True(File.Exists(HookFile));
    }

    [Fact]
    public void A_hook_can_be_removed_through_the_object_that_stands_for_it()
    {
        Assert.Empty(_session.Invoke("Install-DeploymentHook shop.git production.psd1 | Uninstall-DeploymentHook").ErrorIds);
        Assert.False(File.Exists(HookFile));
    }

    [Theory]
    [InlineData("Install-DeploymentHook shop.git nope.psd1", "EnvironmentFileNotFound")]
    [InlineData("Install-DeploymentHook nope.git production.psd1", "RepositoryNotFound")]
    [InlineData("Install-DeploymentHook shop.git production.psd1 -Connection nope", "ConnectionNotFound")]
    [InlineData("Install-DeploymentHook shop.git production.psd1 -Branch a..b", "BranchInvalid")]
    [InlineData("Install-DeploymentHook shop.git production.psd1 -CanaryBranch production", "BranchInvalid")]
    [InlineData("Install-DeploymentHook Env:/PATH production.psd1", "PathInvalid")]
    [InlineData("Uninstall-DeploymentHook shop.git", "HookNotFound")]
    public void What_cannot_work_is_refused_before_anything_is_written(string script, string id)
    {
        Assert.Equal([id], _session.Invoke(script).ErrorIds);
        Assert.False(File.Exists(HookFile));
    }
}
