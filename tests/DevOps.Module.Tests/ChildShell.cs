using System.Diagnostics;

namespace DevOps.Module.Tests;

/// <summary>The bundled shell in a process of its own, for what a process can do only once.</summary>
internal static class ChildShell
{
    /// <summary>Runs a script to its end.</summary>
    /// <returns>Its standard output, standard error and exit code.</returns>
    public static async Task<(string Output, string Errors, int ExitCode)> RunAsync(string script, CancellationToken cancellation)
    {
        var state = Directory.CreateTempSubdirectory("devops-module-").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                Environment = { ["DEVOPS_STATE"] = Path.Combine(state, "state"), ["PSModulePath"] = string.Empty, ["NO_COLOR"] = "1" },
                ArgumentList =
                {
                    Checkout.PathOf("src", "DevOps.Shell", "bin", "Release", "net10.0", "DevOps.Shell.dll"),
                    "-NoProfile", "-NonInteractive", "-Command", script,
                },
            };
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return (await output, await errors, process.ExitCode);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }
}
