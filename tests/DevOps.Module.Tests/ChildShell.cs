using System.Diagnostics;

namespace DevOps.Module.Tests;

/// <summary>The bundled shell in a process of its own, for what a process can do only once.</summary>
internal static class ChildShell
{
    /// <summary>Runs a script to its end, in an installation of its own.</summary>
    /// <returns>Its standard output, standard error and exit code.</returns>
    public static async Task<(string Output, string Errors, int ExitCode)> RunAsync(string script, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("devops-module-").FullName;
        try
        {
            return await RunAsync(script, Path.Combine(folder, "state"), cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a script to its end, in an installation that other sessions use too.</summary>
    /// <returns>Its standard output, standard error and exit code.</returns>
    public static async Task<(string Output, string Errors, int ExitCode)> RunAsync(string script, string state, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["DEVOPS_STATE"] = state, ["PSModulePath"] = string.Empty, ["NO_COLOR"] = "1" },
            ArgumentList =
            {
                Checkout.PathOf("src", "DevOps.Shell", "bin", "Release", "net10.0", "DevOps.Shell.dll"),
                "-NoProfile", "-NonInteractive", "-Command", script,
            },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        // Nobody waits for a shell that was given up, and it would go on.
        await using var ending = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (await output, await errors, process.ExitCode);
    }
}
