using System.ComponentModel;
using System.Diagnostics;

namespace DevOps.Core.Tests.Servers;

/// <summary>What systemd itself thinks of unit files.</summary>
internal static class SystemdAnalysis
{
    /// <summary>Expects that systemd finds nothing wrong with unit files.</summary>
    /// <param name="files">The files.</param>
    public static async Task VerifyAsync(params string[] files)
    {
        Process analysis;
        try
        {
            analysis = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", .. files]) { RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("This machine has no systemd-analyze.");
            return;
        }

        using (analysis)
        {
            var said = await analysis.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await analysis.WaitForExitAsync(TestContext.Current.CancellationToken);
            // It names the file in what it says about the unit; the rest is about the machine.
            Assert.DoesNotContain(said.Split('\n'), line => files.Any(file => line.Contains(Path.GetFileName(file), StringComparison.Ordinal)));
            Assert.Equal(0, analysis.ExitCode);
        }
    }
}
