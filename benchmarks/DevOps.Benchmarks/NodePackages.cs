using System.Diagnostics;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks;

/// <summary>Installs what peers on node need, in the versions that their <c>package-lock.json</c> names.</summary>
internal static class NodePackages
{
    private static readonly string[] Descriptions = ["package.json", "package-lock.json"];

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Puts a peer into a folder of its own, with its packages. One that is there already stays.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="peer">The peer's folder below <c>benchmarks/peers</c>.</param>
    /// <param name="program">Its program.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The program's path.</returns>
    public static async Task<string> PrepareAsync(string root, string peer, string program, CancellationToken cancellation)
    {
        var folder = Path.Combine(root, "out", "bench", peer);
        var installed = Path.Combine(folder, "node_modules", ".installed-lock.json");
        Directory.CreateDirectory(folder);
        foreach (var file in Descriptions.Append(program)) File.Copy(Path.Combine(root, "benchmarks", "peers", peer, file), Path.Combine(folder, file), overwrite: true);
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"), cancellation);
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed, cancellation) != wanted)
        {
            await InstallAsync(folder, cancellation);
            await File.WriteAllTextAsync(installed, wanted, cancellation);
        }

        return Path.Combine(folder, program);
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Tools.Find("npm"), ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(InstallTimeout);
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0) throw new BenchmarkException($"npm could not install the packages in {folder} (exit code {process.ExitCode}): {output}{await errors}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException($"npm did not install the packages in {folder} within {InstallTimeout.TotalMinutes:0} minutes.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
