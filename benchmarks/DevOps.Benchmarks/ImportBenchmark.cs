using System.Diagnostics;
using System.Globalization;

namespace DevOps.Benchmarks;

/// <summary>
/// How long Import-Module takes in a session that has not loaded the module before, each time in a process of its own: in
/// the engine alone, in an installed PowerShell, for which the aim holds, and in the one that the tests fetch. Neither the
/// first nor the last is compiled ahead of time, so they take longer. No peer stands beside it.
/// </summary>
internal sealed class ImportBenchmark : IBenchmark
{
    private const int Repetitions = 15;
    private const double TargetMilliseconds = 50;

    private static readonly string PwshName = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";

    // What PowerShell itself needs for the first import of a session is not the module's cost: an empty module goes first.
    private const string Script =
        "Import-Module '{1}'; $clock = [Diagnostics.Stopwatch]::StartNew(); Import-Module '{0}'; $clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)";

    /// <inheritdoc/>
    public string Name => "import";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        var root = Checkout.FindRoot();
        var module = Directory.GetDirectories(Path.Combine(root, "out", "DevOps")).Single(folder => !folder.EndsWith(".new", StringComparison.Ordinal) && !folder.EndsWith(".old", StringComparison.Ordinal));
        var empty = Path.Combine(Directory.CreateTempSubdirectory("devops-bench-").FullName, "Empty.psd1");
        await File.WriteAllTextAsync(empty, "@{ ModuleVersion = '1.0' }", cancellation);
        var script = Script.Replace("{0}", Path.Combine(module, "DevOps.psd1"), StringComparison.Ordinal).Replace("{1}", empty, StringComparison.Ordinal);
        List<ImportHost> hosts =
        [
            new("engine", "dotnet", [Path.Combine(root, "src", "DevOps.Shell", "bin", "Release", "net10.0", "DevOps.Shell.dll")]),
        ];
        if (FindPwsh() is { } installed) hosts.Add(new ImportHost("powershell", installed, [], TargetMilliseconds));
        else Console.WriteLine("There is no pwsh on the path, so that the aim cannot be looked at.");
        var fetched = Path.Combine(root, ".tools", PwshName);
        if (File.Exists(fetched)) hosts.Add(new ImportHost("powershell-tool", fetched, []));

        var samples = hosts.ToDictionary(host => host.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            // In turn, so that whatever else the machine does meets all alike.
            foreach (var host in hosts)
            {
                samples[host.Name].Add(await MeasureAsync(host.File, [.. host.Arguments, "-NoProfile", "-NonInteractive", "-Command", script], cancellation));
            }
        }

        Directory.Delete(Path.GetDirectoryName(empty)!, recursive: true);
        return [.. hosts.Select(host => new Figure(host.Name, Figure.Ours, "ms", samples[host.Name], host.Target))];
    }

    private static async Task<double> MeasureAsync(string file, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["PSModulePath"] = string.Empty;
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? double.Parse(output.Trim(), CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{file} ended with exit code {process.ExitCode}: {output}");
    }

    private static string? FindPwsh() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, PwshName))
        .FirstOrDefault(File.Exists);

    private sealed record ImportHost(string Name, string File, string[] Arguments, double? Target = null);
}
