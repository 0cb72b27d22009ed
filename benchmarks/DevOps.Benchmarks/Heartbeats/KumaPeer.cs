using System.Globalization;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>
/// Uptime Kuma, from the npm registry, with SQLite compiled for this machine. Only a version of its development is there: it
/// checks and keeps what it finds, but its averages of the day fail, since it asks SQLite for them as if it were MariaDB.
/// </summary>
internal static class KumaPeer
{
    /// <summary>What its figures are called.</summary>
    public const string Name = "uptimekuma";

    // It allows no shorter one.
    private const int IntervalSeconds = 20;
    private const int Looks = 15;

    private static readonly TimeSpan CompileTimeout = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan FillTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    /// <summary>Installs it, unless it is there already.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The program that tells it what to check.</returns>
    public static async Task<string> PrepareAsync(string root, CancellationToken cancellation)
    {
        var program = await NodePackages.PrepareAsync(root, "kuma", "fill.js", cancellation);
        var packages = Path.Combine(Path.GetDirectoryName(program)!, "node_modules");
        if (!Directory.Exists(Path.Combine(packages, "@louislam", "sqlite3", "lib", "binding")))
        {
            // The headers that node itself brings: none are fetched.
            var node = File.ResolveLinkTarget(Tools.Find("node"), returnFinalTarget: true)?.FullName ?? Tools.Find("node");
            await NodePackages.RunAsync([Tools.Find("npm"), "rebuild", "@louislam/sqlite3", "--build-from-source", $"--nodedir={Path.GetDirectoryName(Path.GetDirectoryName(node))}"], Path.GetDirectoryName(program)!, CompileTimeout, cancellation);
        }

        // The package has its newest changes to the database one folder above the one where it looks for them.
        var changes = Path.Combine(FolderOf(program), "db");
        foreach (var file in Directory.EnumerateFiles(changes, "patch-*.sql")) File.Copy(file, Path.Combine(changes, "old_migrations", Path.GetFileName(file)), overwrite: true);
        return program;
    }

    /// <summary>Measures the memory that it holds.</summary>
    /// <param name="setting">What is shared.</param>
    /// <param name="program">What <see cref="PrepareAsync"/> gave.</param>
    /// <param name="server">What it is to ask, which counts the requests.</param>
    /// <param name="page">The page of all targets.</param>
    /// <param name="targets">How many targets it checks.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Megabytes, at several moments.</returns>
    public static async Task<IReadOnlyList<double>> MeasureAsync(Setting setting, string program, Backend server, Uri page, int targets, CancellationToken cancellation)
    {
        var data = Directory.CreateDirectory(Path.Combine(setting.Folder, Name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "db-config.json"), """{ "type": "sqlite" }""", cancellation);
        var port = LoopbackPorts.Find(1)[0];
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");
        await using var process = await GuardedProcess.StartAsync(
            [Tools.Find("env"), "-C", FolderOf(program), Tools.Find("node"), "server/server.js", "--host=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--port={port}"), $"--data-dir={data}/"],
            new Dictionary<string, string>(StringComparer.Ordinal),
            Path.Combine(data, "output.log"),
            cancellation);
        await Ready.WaitAsync("Uptime Kuma", process, new Uri(address), setting.Http, cancellation);
        await NodePackages.RunAsync([Tools.Find("node"), program, address, $"{targets}", $"{IntervalSeconds}", page.AbsoluteUri], data, FillTimeout, cancellation);
        await Task.Delay(Settling, cancellation);
        var (memory, count) = (new List<double>(), await server.CountAsync(cancellation));
        for (; memory.Count < Looks; await Task.Delay(LookInterval, cancellation)) memory.Add(ProcessUsage.OfGroup(process.Group).ResidentMegabytes);
        var made = await server.CountAsync(cancellation) - count;
        return made >= targets ? memory : throw new BenchmarkException($"Uptime Kuma asked for {made} pages only:\n{process.ReadLastLines()}");
    }

    private static string FolderOf(string program) => Path.Combine(Path.GetDirectoryName(program)!, "node_modules", "uptime-kuma");
}
