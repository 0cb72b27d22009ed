using DevOps.Core.Balancing;
using DevOps.Core.Canaries;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

/// <summary>
/// Whole releases, thousands of them, with requests drawn at random from a fixed seed: how often a good canary is called
/// bad, and a bad one good.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FalseAlarmTests
{
    private const int Releases = 2_000;

    private static readonly int[] Shares = [5, 20, 33, 50];

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.001)]
    [InlineData(0.04)]
    public void A_canary_like_production_is_undone_at_most_once_in_a_hundred_releases(double errorRate)
    {
        var random = new Random(20261124);

        var alarms = Enumerable.Range(0, Releases).Count(_ => Release(random, 2_000, (errorRate, 1.0), (errorRate, 1.0)) is not null);

        // One in a hundred is 20; three standard deviations more are chance.
        Assert.InRange(alarms, 0, 33);
    }

    [Fact]
    public void A_canary_that_is_as_slow_as_allowed_is_not_called_slower()
    {
        var random = new Random(20261125);

        var alarms = Enumerable.Range(0, Releases / 4).Count(_ => Release(random, 2_000, (0.001, 1.5), (0.001, 1.0)) is not null);

        Assert.InRange(alarms, 0, 12);
    }

    [Theory]
    [InlineData(0.10, 1.0, 2)]
    [InlineData(0.03, 1.0, 3)]
    [InlineData(1.00, 1.0, 1)]
    [InlineData(0.001, 2.5, 2)]
    public void A_canary_that_is_clearly_worse_is_found_out_in_99_of_100_releases_by_a_step(double errorRate, double slowness, int step)
    {
        var random = new Random(20261126);
        const int Some = Releases / 4;

        var found = Enumerable.Range(0, Some).Count(_ => Release(random, 4_000, (errorRate, slowness), (0.001, 1.0)) <= step);

        Assert.InRange(found, Some * 99 / 100, Some);
    }

    // Gives the step in which the canary failed; nothing when it passed all.
    private static int? Release(Random random, int requestsEachStep, (double ErrorRate, double Slowness) canary, (double ErrorRate, double Slowness) production)
    {
        var judge = new CanaryJudge(new CanaryLimits());
        var budget = new AlphaBudget(Shares.Length);
        for (var step = 1; step <= Shares.Length; step++)
        {
            var canaryRequests = requestsEachStep * Shares[step - 1] / 100;
            var (canarySide, productionSide) = (new Drawn(random, canary), new Drawn(random, production));
            var look = 0;
            // A look each time that the requests have doubled, as a release looks, and the judgement at the end.
            for (var part = 100; part < canaryRequests; part *= 2)
            {
                Draw(canarySide, productionSide, part, requestsEachStep * part / canaryRequests);
                if (Fails(budget.AtLook(++look), isFinal: false)) return step;
            }

            Draw(canarySide, productionSide, canaryRequests, requestsEachStep);
            if (Fails(budget.AtTheEnd, isFinal: true)) return step;

            bool Fails(double significance, bool isFinal) =>
                judge.Judge(CanaryJudgeTests.Window(canarySide.Counts(), productionSide.Counts()), step, Shares[step - 1], significance, isFinal).Verdict == CanaryVerdict.Failed;
        }

        return null;
    }

    private static void Draw(Drawn canary, Drawn production, int canaryRequests, int requests)
    {
        canary.DrawTo(canaryRequests);
        production.DrawTo(requests - canaryRequests);
    }

    private sealed class Drawn(Random random, (double ErrorRate, double Slowness) kind)
    {
        private readonly LatencyHistogram _latencies = new();
        private int _requests;
        private int _errors;

        public void DrawTo(int requests)
        {
            for (; _requests < requests; _requests++)
            {
                if (random.NextDouble() < kind.ErrorRate) _errors++;
                // Log-normal by Box and Muller, with a median of 10 ms: a long tail, as latencies have.
                var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                _latencies.Record(TimeSpan.FromMilliseconds(10 * kind.Slowness * Math.Exp(0.5 * normal)));
            }
        }

        public SideCounts Counts() => new(_requests, _errors, _latencies.Snapshot());
    }
}
