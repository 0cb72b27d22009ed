using System.Diagnostics;

namespace DevOps.Module.Tests;

/// <summary>The complete module in the bundled shell of an account that is not root.</summary>
public sealed class NotRootTests
{
    [Theory]
    [InlineData("Start-LocalCloud -Confirm:$false")]
    [InlineData("Start-LocalCloud -InstallPackage -Confirm:$false")]
    [InlineData("Stop-LocalCloud -Confirm:$false")]
    [InlineData("Stop-LocalCloud -Purge -Confirm:$false")]
    public async Task The_local_cloud_says_that_it_needs_root_and_how_to_go_on(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can become somebody else.");

        var (output, exitCode) = await RunAsNobodyAsync($"try {{ {command} }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0]; $_.Exception.Message; $_.ErrorDetails.RecommendedAction }}");

        Assert.StartsWith("LocalCloudNeedsRoot", output, StringComparison.Ordinal);
        Assert.Contains("the account 'nobody'", output, StringComparison.Ordinal);
        Assert.Contains("sudo", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    private static async Task<(string Output, int ExitCode)> RunAsNobodyAsync(string script)
    {
        // The checkout may stand where only root may look.
        using var copy = new ModuleCopy();
        copy.OpenForAll();
        var start = new ProcessStartInfo("setpriv")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
            Environment = { ["DEVOPS_STATE"] = "/nonexistent/state", ["HOME"] = "/nonexistent", ["PSModulePath"] = string.Empty, ["NO_COLOR"] = "1" },
            ArgumentList =
            {
                "--reuid=nobody", "--regid=nogroup", "--clear-groups", "dotnet", copy.Shell,
                "-NoProfile", "-NonInteractive", "-Command", $"Import-Module '{copy.Manifest}'; {script}",
            },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output + await errors, process.ExitCode);
    }
}
