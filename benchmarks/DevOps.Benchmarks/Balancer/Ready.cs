using System.Diagnostics;
using System.Net;

namespace DevOps.Benchmarks.Balancer;

/// <summary>Waits for processes that have been started.</summary>
internal static class Ready
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a process answers with 200.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="process">The process.</param>
    /// <param name="address">Where it is asked.</param>
    /// <param name="http">Who asks.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="BenchmarkException">It ended, or took too long.</exception>
    public static async Task WaitAsync(string name, GuardedProcess process, Uri address, HttpClient http, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Timeout)
        {
            var isAlive = ProcessUsage.OfGroup(process.Group).Count > 0;
            if (await AnswersAsync(address, http, cancellation)) return;
            if (!isAlive) throw new BenchmarkException($"{name} ended before it answered:\n{process.ReadLastLines()}");
            // A listener that opens raises no event here.
            await Task.Delay(LookInterval, cancellation);
        }

        throw new BenchmarkException($"{name} did not answer at {address} within {Timeout.TotalSeconds:0} seconds:\n{process.ReadLastLines()}");
    }

    private static async Task<bool> AnswersAsync(Uri address, HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
