using System.Diagnostics;

namespace DevOps.Benchmarks.Balancer;

/// <summary>node http-proxy, in the version that <c>benchmarks/peers/node/package-lock.json</c> names.</summary>
internal sealed class NodeContestant : IContestant
{
    private static readonly string[] Files = ["package.json", "package-lock.json", "proxy.js"];

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public string Name => "node";

    /// <inheritdoc/>
    public async Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var node = Tools.Find("node");
        var folder = Path.Combine(setting.Root, "out", "bench", "node");
        var installed = Path.Combine(folder, "node_modules", ".installed-lock.json");
        Directory.CreateDirectory(folder);
        foreach (var file in Files) File.Copy(setting.Peers.PathOf("node", file), Path.Combine(folder, file), overwrite: true);
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"), cancellation);
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed, cancellation) != wanted)
        {
            await InstallAsync(folder, cancellation);
            await File.WriteAllTextAsync(installed, wanted, cancellation);
        }

        return ContestantCommand.Of(node, Path.Combine(folder, "proxy.js"), $"{place.Port}", place.Production, place.Canary);
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
            if (process.ExitCode != 0) throw new BenchmarkException($"npm could not install http-proxy in {folder} (exit code {process.ExitCode}): {output}{await errors}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException($"npm did not install http-proxy in {folder} within {InstallTimeout.TotalMinutes:0} minutes.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
