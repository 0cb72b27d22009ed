using System.Diagnostics;
using System.Globalization;

namespace DevOps.Benchmarks.Balancer;

/// <summary>What wrk saw.</summary>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="Duration">In what time.</param>
/// <param name="P50">Half of the answers took no longer.</param>
/// <param name="P99">99 of 100 answers took no longer.</param>
/// <param name="NotOk">Answers that were neither 2xx nor 3xx.</param>
/// <param name="SocketErrors">Connections that failed, and answers that did not come within two seconds.</param>
internal sealed record WrkResult(long Requests, TimeSpan Duration, TimeSpan P50, TimeSpan P99, long NotOk, long SocketErrors)
{
    /// <summary>Requests a second.</summary>
    public double RequestsPerSecond => Requests / Duration.TotalSeconds;
}

/// <summary>Puts load on an address with wrk: one thread, which waits for answers as fast as they come.</summary>
/// <param name="scriptFile">The script with which wrk tells its numbers.</param>
/// <param name="prefix">What stands before the command, such as a choice of processors.</param>
/// <param name="headers">What each request says beside its path.</param>
internal sealed class Wrk(string scriptFile, IReadOnlyList<string> prefix, params IReadOnlyList<string> headers)
{
    private const string ResultWord = "RESULT";

    // On top of the load's own time, for a machine that is busy with something else.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    /// <summary>Puts load on an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was seen.</returns>
    public async Task<WrkResult> RunAsync(Uri address, int connections, int seconds, CancellationToken cancellation)
    {
        string[] command = [.. prefix, "wrk", "--threads", "1", "--connections", $"{connections}", "--duration", $"{seconds}s", "--latency", "--script", scriptFile, .. headers.SelectMany(header => new[] { "--header", header }), address.AbsoluteUri];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds) + Margin);
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return Read(output) ?? throw new BenchmarkException($"wrk ended with exit code {process.ExitCode} and told nothing about {address}: {output}{await errors}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchmarkException($"wrk did not end {Margin.TotalSeconds:0} seconds after its time at {address}.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static WrkResult? Read(string output)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(ResultWord, StringComparison.Ordinal));
        if (line?.Split(' ')[1..].Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray() is not [var requests, var duration, var p50, var p99, var notOk, .. var socket]) return null;
        return new WrkResult(
            requests,
            TimeSpan.FromMicroseconds(duration),
            TimeSpan.FromMicroseconds(p50),
            TimeSpan.FromMicroseconds(p99),
            notOk,
            socket.Sum());
    }
}
