namespace DevOps.Core.Canaries;

/// <summary>
/// Divides the risk of a false alarm among all that could raise one. Each look at a canary is another chance to find fault
/// with a good one by mere chance; by Bonferroni's inequality the risks of all looks add up to no more than the whole, so
/// that a release of a canary that is no worse than production is undone at most once in a hundred, however many
/// steps it has and however long they last. Spending that shrinks from look to look is alpha spending in the sense of
/// K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983.
/// </summary>
/// <param name="steps">How many steps the release has.</param>
public sealed class AlphaBudget(int steps)
{
    /// <summary>How often a release of a canary that is no worse than production is undone, at most.</summary>
    public const double FalseAlarmRate = 0.01;

    /// <summary>How many tests each look makes: errors against production, errors against the limit, latencies.</summary>
    public const int Tests = 3;

    private double EachStep => FalseAlarmRate / steps / Tests;

    /// <summary>The significance of each test in the judgement that ends a step: half of the step's part.</summary>
    public double AtTheEnd => EachStep / 2;

    /// <summary>The significance of each test in a look before the end: they share the other half, the first gets half of it, the second a quarter, and so on.</summary>
    /// <param name="look">Which look of the step it is, from 1 on.</param>
    /// <returns>The significance.</returns>
    public double AtLook(int look) => EachStep * Math.Pow(2, -(look + 1));
}
