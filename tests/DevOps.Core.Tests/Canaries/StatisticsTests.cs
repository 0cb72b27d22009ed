using DevOps.Core.Balancing;
using DevOps.Core.Canaries.Statistics;

namespace DevOps.Core.Tests.Canaries;

/// <summary>The expected numbers were computed with SciPy 1.10.1, by the call that stands at each test.</summary>
public sealed class StatisticsTests
{
    // With ten million on each side the logarithms of the factorials have eight digits before the point.
    private const double Relative = 1e-6;

    [Theory]
    [InlineData(0L, 0.0)]
    [InlineData(1L, 0.0)]
    [InlineData(20L, 42.335616460753485)]
    [InlineData(21L, 45.38013889847691)]
    [InlineData(170L, 706.5730622457875)]
    [InlineData(1_000_000L, 12815518.384658169)]
    [InlineData(20_000_000L, 316224865.95492524)]
    public void Logarithms_of_factorials_are_those_of_gammaln(long n, double expected) =>
        AssertClose(expected, LogFactorial.Of(n), 1e-15);

    // scipy.stats.norm.sf(z)
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.3085375387259869)]
    [InlineData(1, 0.15865525393145707)]
    [InlineData(1.959963984540054, 0.025)]
    [InlineData(2, 0.022750131948179195)]
    [InlineData(3, 0.0013498980316300933)]
    [InlineData(5, 2.866515718791933e-07)]
    [InlineData(10, 7.61985302416047e-24)]
    [InlineData(37, 5.7255712225239266e-300)]
    [InlineData(-1, 0.8413447460685429)]
    [InlineData(-3, 0.9986501019683699)]
    public void The_tail_of_the_normal_distribution_is_that_of_norm(double z, double expected) =>
        AssertClose(expected, NormalDistribution.UpperTail(z), 1e-12);

    // scipy.stats.fisher_exact([[a, n1 - a], [c, n2 - c]], alternative='greater')[1]
    [Theory]
    [InlineData(3, 10, 1, 20, 0.09523809523809522)]
    [InlineData(1, 100, 0, 1900, 0.05)]
    [InlineData(3, 100, 0, 1900, 0.00012145712495887582)]
    [InlineData(12, 430, 3, 8170, 8.353003297155078e-14)]
    [InlineData(50, 1000, 50, 1000, 0.5408281487020162)]
    [InlineData(0, 100, 5, 100, 1)]
    [InlineData(100, 100, 0, 100, 1.1043803465997516e-59)]
    [InlineData(5, 5, 0, 5, 0.003968253968253969)]
    [InlineData(2, 7, 8, 9, 0.9991258741258742)]
    [InlineData(60, 10_000, 500, 100_000, 0.10463816978091194)]
    [InlineData(10_200, 1_000_000, 10_000, 1_000_000, 0.07967077915278846)]
    [InlineData(5_100_000, 10_000_000, 5_098_000, 10_000_000, 0.18561941167988438)]
    public void Fishers_p_values_are_those_of_fisher_exact(long canaryErrors, long canaryRequests, long productionErrors, long productionRequests, double expected) =>
        AssertClose(expected, FisherExactTest.PValue(canaryErrors, canaryRequests, productionErrors, productionRequests), Relative);

    // R. A. Fisher, The Design of Experiments, 1935: all four cups of tea told rightly, 1 of 70; three of four, 17 of 70.
    [Theory]
    [InlineData(4, 0, 1.0 / 70)]
    [InlineData(3, 1, 17.0 / 70)]
    public void The_lady_who_tastes_tea_is_judged_as_Fisher_did(long right, long wrong, double expected) =>
        AssertClose(expected, FisherExactTest.PValue(right, 4, wrong, 4), 1e-12);

    // scipy.stats.beta.ppf(significance, count, total - count + 1)
    [Theory]
    [InlineData(0, 100, 0.05, 0)]
    [InlineData(1, 10, 0.05, 0.005116196891823702)]
    [InlineData(5, 100, 0.025, 0.016431879182052155)]
    [InlineData(31, 400, 0.000417, 0.03996478057465511)]
    [InlineData(10, 10, 0.05, 0.7411344491069477)]
    [InlineData(999, 1000, 0.01, 0.9933803316043514)]
    [InlineData(50_000, 1_000_000, 0.0004, 0.049272298784669655)]
    [InlineData(5_000_000, 10_000_000, 0.0004, 0.4994698267605972)]
    [InlineData(1, 10_000_000, 0.01, 1.005033584845098e-09)]
    public void Clopper_and_Pearsons_bounds_are_those_of_the_beta_distribution(long count, long total, double significance, double expected) =>
        AssertClose(expected, ClopperPearson.LowerBound(count, total, significance), Relative);

    // scipy.stats.mannwhitneyu(canary, production, alternative='greater', method='asymptotic', use_continuity=True).pvalue
    [Theory]
    [InlineData("10:3 11:5 12:9", "9:4 10:8 11:6 13:1", 0.0005592709575010671)]
    [InlineData("100:100", "99:50 100:50", 1.929622342275009e-16)]
    [InlineData("1:1 2:2 3:3", "1:3 2:2 3:1", 0.10215260456035657)]
    [InlineData("5:10", "6:10", 0.9999946491728054)]
    [InlineData("200:500 210:300 220:200", "200:5200 205:1000 210:2600 220:1000", 1.2989949901786265e-09)]
    // SciPy's cubes of the ties leave 64 bits here; this one was computed by the same formula with whole fractions.
    [InlineData("300:1000000 301:1000000", "300:1002000 301:998000", 0.022750091481947236)]
    [InlineData("", "5:10", 1)]
    [InlineData("5:10", "", 1)]
    [InlineData("5:1000", "5:1000", 1)]
    public void Mann_and_Whitneys_p_values_are_those_of_mannwhitneyu(string canary, string production, double expected) =>
        AssertClose(expected, MannWhitneyTest.PValue(Buckets(canary), Buckets(production), ratio: 1), 1e-9);

    [Theory]
    [InlineData(14_999, false)]
    [InlineData(17_000, true)]
    public void The_width_of_a_bucket_is_never_held_against_the_canary(int canaryMicroseconds, bool isSlower)
    {
        // Wherever in its bucket production's latency lies: a canary that is not slower than the ratio allows is not called so.
        for (var production = 10_000; production < 10_500; production += 50)
        {
            var p = MannWhitneyTest.PValue(At(canaryMicroseconds), At(production), ratio: 1.5);

            Assert.Equal(isSlower, p < 0.001);
        }
    }

    internal static IReadOnlyList<LatencyBucket> Buckets(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(':'))
            .Select(pair => new LatencyBucket(int.Parse(pair[0]), long.Parse(pair[1]))),
    ];

    private static IReadOnlyList<LatencyBucket> At(int microseconds) => [new LatencyBucket(LatencyHistogram.IndexOf(TimeSpan.FromMicroseconds(microseconds)), 1_000)];

    private static void AssertClose(double expected, double actual, double relative) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"expected {expected:R}, was {actual:R}");
}
