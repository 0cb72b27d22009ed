using System.Diagnostics;
using DevOps.Core.Hosts;

namespace DevOps.Core.Tests.Deployments;

/// <summary>The very script that prepares a host, in a real shell of an account that may not.</summary>
public sealed class HostNotRootTests
{
    [Fact]
    public async Task A_host_on_which_we_are_not_root_is_refused_before_anything_is_changed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can become somebody else.");
        var start = new ProcessStartInfo("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "sh", "-c", HostScript.Load("Deployments/Scripts/prepare.sh"), "sh", "app"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var shell = Process.Start(start)!;
        var errors = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("devops-failure:HostNotRoot ", errors, StringComparison.Ordinal);
        Assert.Equal(90, shell.ExitCode);
    }
}
