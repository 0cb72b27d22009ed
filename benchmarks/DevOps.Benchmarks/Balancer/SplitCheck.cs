namespace DevOps.Benchmarks.Balancer;

/// <summary>Looks whether a contestant splits requests 2:1, one after another and by what the answers themselves say.</summary>
internal static class SplitCheck
{
    private const int Requests = 300;
    private const int Expected = 200;

    // A cycle that has begun before.
    private const int Tolerance = 1;

    /// <summary>Asks a contestant 300 times.</summary>
    /// <param name="contestant">The contestant.</param>
    /// <param name="http">Who asks.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The first answers in their order and the sum, in words.</returns>
    /// <exception cref="BenchmarkException">The split is another one, so that there is nothing to compare.</exception>
    public static async Task<string> RunAsync(RunningContestant contestant, HttpClient http, CancellationToken cancellation)
    {
        var names = new List<string>(Requests);
        for (var request = 0; request < Requests; request++)
        {
            using var answer = await http.GetAsync(contestant.Address, cancellation);
            if (!answer.IsSuccessStatusCode) throw new BenchmarkException($"{contestant.Name} answered {(int)answer.StatusCode}.");
            names.Add(answer.Headers.TryGetValues(Backend.NameHeader, out var values) ? values.Single() : throw new BenchmarkException($"{contestant.Name} does not pass on the header {Backend.NameHeader}."));
        }

        var production = names.Count(name => name == BalancerBenchmark.Production);
        return Math.Abs(production - Expected) <= Tolerance
            ? $"{production}:{Requests - production}, beginning with {string.Join(", ", names.Take(6))}"
            : throw new BenchmarkException($"{contestant.Name} splits {Requests} requests {production}:{Requests - production}, not {Expected}:{Requests - Expected}.");
    }
}
