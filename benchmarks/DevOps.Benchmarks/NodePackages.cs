using System.Diagnostics;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks;

/// <summary>Installs what peers on node need, in the versions that their <c>package-lock.json</c> names.</summary>
internal static class NodePackages
{
    private static readonly string[] Descriptions = ["package.json", "package-lock.json"];

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

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

    /// <summary>Runs a program that ends by itself.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">The folder that it runs in.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A task that ends when it has succeeded.</returns>
    /// <exception cref="BenchmarkException">It failed, or took too long.</exception>
    public static async Task RunAsync(IReadOnlyList<string> command, string folder, TimeSpan timeout, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        using var process = Process.Start(start)!;
        var name = string.Join(' ', command.Take(2).Select(Path.GetFileName));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0) throw new BenchmarkException($"{name} failed in {folder} (exit code {process.ExitCode}): {output}{await errors}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException($"{name} did not end in {folder} within {timeout.TotalMinutes:0} minutes.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Task InstallAsync(string folder, CancellationToken cancellation) =>
        RunAsync([Tools.Find("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, InstallTimeout, cancellation);
}
