using DevOps.Core.Balancing;
using DevOps.Core.Canaries;
using DevOps.Core.Canaries.Statistics;
using DevOps.Model;

namespace DevOps.Core.Tests.Canaries;

public sealed class CanaryJudgeTests
{
    private const double Significance = 0.0004;

    private static readonly CanaryLimits Limits = new();

    [Fact]
    public void A_canary_that_is_like_production_passes_with_its_numbers()
    {
        var judgement = Judge(Side(500, 5), Side(5_000, 50));

        Assert.Equal(CanaryVerdict.Passed, judgement.Verdict);
        Assert.Equal("5 of 500 requests to the canary failed (1%), 50 of 5,000 requests to production failed (1%); half of the canary's answers began within 10.2 ms, of production's within 10.2 ms", judgement.Reason);
        Assert.Equal((0, 0.01, 0.01), (judgement.MissingRequests, judgement.Canary.ErrorRate, judgement.Production.ErrorRate));
    }

    [Fact]
    public void A_canary_with_more_errors_than_production_fails_although_they_are_fewer_than_allowed()
    {
        var judgement = Judge(Side(1_000, 30), Side(10_000, 10));

        Assert.Equal(CanaryVerdict.Failed, judgement.Verdict);
        Assert.StartsWith("30 of 1,000 requests to the canary failed (3%), 10 of 10,000 requests to production failed (0.1%): chance alone does so with a probability of ", judgement.Reason, StringComparison.Ordinal);
        Assert.InRange(judgement.ErrorPValue, 0, 1e-20);
    }

    [Fact]
    public void A_canary_with_more_errors_than_allowed_fails_although_production_has_as_many()
    {
        var judgement = Judge(Side(1_000, 100), Side(1_000, 100));

        Assert.Equal(CanaryVerdict.Failed, judgement.Verdict);
        Assert.Equal("100 of 1,000 requests to the canary failed (10%): that is at least 7.09% with chance allowed for, and 5% may be", judgement.Reason);
        Assert.InRange(judgement.ErrorRateLowerBound, 0.05, 0.1);
    }

    [Fact]
    public void A_rate_above_the_limit_that_chance_may_have_made_is_not_held_against_the_canary() =>
        Assert.Equal(CanaryVerdict.Passed, Judge(Side(100, 7), Side(100, 7)).Verdict);

    [Fact]
    public void A_canary_that_is_slower_than_the_ratio_allows_fails()
    {
        var judgement = Judge(Side(200, 0, milliseconds: 20), Side(2_000, 0, milliseconds: 10));

        Assert.Equal(CanaryVerdict.Failed, judgement.Verdict);
        Assert.StartsWith("the canary is more than 1.5 times as slow as production (half of the canary's answers began within 20.5 ms, of production's within 10.2 ms)", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_canary_that_is_slower_within_the_ratio_passes() =>
        Assert.Equal(CanaryVerdict.Passed, Judge(Side(100_000, 0, milliseconds: 14), Side(100_000, 0, milliseconds: 10)).Verdict);

    [Theory]
    [InlineData(99, 1_000, 1, "1 more to the canary are needed")]
    [InlineData(1_000, 40, 60, "60 more to production are needed")]
    [InlineData(0, 0, 200, "100 more to the canary and 100 more to production are needed")]
    public void Too_few_requests_on_either_side_are_inconclusive_and_it_is_said_how_many_are_missing(int canary, int production, int missing, string words)
    {
        foreach (var errors in (int[])[0, canary])
        {
            var judgement = Judge(Side(canary, errors), Side(production, 0));

            Assert.Equal((CanaryVerdict.Inconclusive, missing), (judgement.Verdict, (int)judgement.MissingRequests));
            Assert.Contains(words, judgement.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Before_the_end_of_a_step_nobody_passes()
    {
        var judgement = new CanaryJudge(Limits).Judge(Window(Side(500, 0), Side(500, 0)), 1, 5, Significance, isFinal: false);

        Assert.Equal(CanaryVerdict.Inconclusive, judgement.Verdict);
        Assert.StartsWith("nothing against the canary so far", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_million_requests_are_judged_as_well()
    {
        Assert.Equal(CanaryVerdict.Passed, Judge(Side(10_000_000, 100_000), Side(10_000_000, 100_100)).Verdict);
        Assert.Equal(CanaryVerdict.Failed, Judge(Side(10_000_000, 103_000), Side(10_000_000, 100_000)).Verdict);
    }

    [Fact]
    public void One_more_error_never_speaks_for_the_canary()
    {
        foreach (var (canary, production, productionErrors) in (ReadOnlySpan<(int, int, int)>)[(100, 1_900, 0), (300, 300, 30), (1_000, 100, 99)])
        {
            var (p, bound) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var errors = 0; errors <= canary; errors++)
            {
                var judgement = Judge(Side(canary, errors), Side(production, productionErrors));

                // Sums of a thousand terms round differently.
                Assert.True(judgement.ErrorPValue <= p * (1 + 1e-9), $"{errors} errors: {judgement.ErrorPValue} after {p}");
                Assert.True(judgement.ErrorRateLowerBound >= bound * (1 - 1e-9), $"{errors} errors: {judgement.ErrorRateLowerBound} after {bound}");
                (p, bound) = (judgement.ErrorPValue, judgement.ErrorRateLowerBound);
            }
        }
    }

    [Fact]
    public void What_speaks_against_one_side_speaks_for_the_other()
    {
        for (var errors = 0; errors <= 40; errors++)
        {
            // P(A ≥ a) and P(B ≥ b) for the same table overlap in the table itself only.
            var table = Math.Exp(LogFactorial.Choose(40, errors) + LogFactorial.Choose(160, 100 - errors) - LogFactorial.Choose(200, 100));
            var sum = FisherExactTest.PValue(errors, 100, 40 - errors, 100) + FisherExactTest.PValue(40 - errors, 100, errors, 100);

            Assert.Equal(1 + table, sum, tolerance: 1e-9);
        }

        var (fast, slow) = (StatisticsTests.Buckets("5:10 6:20"), StatisticsTests.Buckets("6:20 7:30"));
        // The continuity correction moves both a little towards 1.
        Assert.InRange(MannWhitneyTest.PValue(fast, slow, 1) + MannWhitneyTest.PValue(slow, fast, 1), 1, 1.001);
    }

    [Fact]
    public void A_window_is_what_was_counted_between_two_looks_by_role()
    {
        var earlier = Report(("p1", ApplicationRole.Production, 10, 1), ("p2", ApplicationRole.Production, 20, 0), ("c", ApplicationRole.Canary, 5, 5));
        var later = Report(("p1", ApplicationRole.Production, 110, 3), ("p2", ApplicationRole.Production, 120, 1), ("c", ApplicationRole.Canary, 25, 6));

        var window = CanaryWindow.Between(earlier, DateTimeOffset.UnixEpoch, later, DateTimeOffset.UnixEpoch.AddSeconds(1))!;

        Assert.Equal((20, 1), (window.Canary.Requests, window.Canary.Errors));
        Assert.Equal((200, 3), (window.Production.Requests, window.Production.Errors));
        Assert.Equal(200, window.Production.Latencies.Sum(bucket => bucket.Count));
    }

    [Fact]
    public void Counters_that_began_anew_make_no_window()
    {
        var earlier = Report(("p", ApplicationRole.Production, 10, 0), ("c", ApplicationRole.Canary, 5, 0));
        var later = Report(("p", ApplicationRole.Production, 9, 0), ("c", ApplicationRole.Canary, 6, 0));

        Assert.Null(CanaryWindow.Between(earlier, DateTimeOffset.UnixEpoch, later, DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(30)]
    public void The_risks_of_all_tests_in_all_looks_of_all_steps_add_up_to_no_more_than_the_whole(int steps)
    {
        var budget = new AlphaBudget(steps);

        var step = budget.AtTheEnd + Enumerable.Range(1, 60).Sum(budget.AtLook);

        Assert.InRange(step * steps * AlphaBudget.Tests, AlphaBudget.FalseAlarmRate * 0.999, AlphaBudget.FalseAlarmRate * 1.000001);
    }

    internal static SideCounts Side(long requests, long errors, double milliseconds = 10) =>
        new(requests, errors, requests == 0 ? [] : [new LatencyBucket(LatencyHistogram.IndexOf(TimeSpan.FromMilliseconds(milliseconds)), requests)]);

    internal static CanaryWindow Window(SideCounts canary, SideCounts production) => new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(30), canary, production);

    private static CanaryJudgement Judge(SideCounts canary, SideCounts production) => new CanaryJudge(Limits).Judge(Window(canary, production), 1, 5, Significance, isFinal: true);

    private static BalancerReport Report(params (string Name, ApplicationRole Role, long Requests, long Errors)[] backends) => new(1, "2:1", 0, 0, 0, 0, [.. backends.Select(backend => new BackendReport(
        backend.Name,
        new Uri("http://192.0.2.1"),
        backend.Role,
        1,
        BackendState.Up,
        null,
        DateTimeOffset.UnixEpoch,
        backend.Requests,
        backend.Errors,
        0,
        [new LatencyBucket(100, backend.Requests)]))]);
}
