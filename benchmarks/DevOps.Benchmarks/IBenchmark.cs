namespace DevOps.Benchmarks;

/// <summary>Something that is measured, ours beside the peers, in one run on one machine.</summary>
internal interface IBenchmark
{
    /// <summary>The name on the command line and at the beginning of each figure.</summary>
    string Name { get; }

    /// <summary>Measures.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures, in the order in which they are shown.</returns>
    Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation);
}

/// <summary>One measured value.</summary>
/// <param name="Name">What it measures.</param>
/// <param name="Of">Ours is called <c>ours</c>, a peer by its name.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Samples">The values, in the order in which they were taken.</param>
/// <param name="Target">What ours should be at most, when there is such an aim.</param>
internal sealed record Figure(string Name, string Of, string Unit, IReadOnlyList<double> Samples, double? Target = null)
{
    /// <summary>What ours is called.</summary>
    public const string Ours = "ours";

    /// <summary>The middle value, which one slow outlier does not move.</summary>
    public double Median => Quantile(0.5);

    /// <summary>The value below which a part of the samples lies.</summary>
    /// <param name="part">Between 0 and 1.</param>
    /// <returns>The value, between two samples where it falls between them.</returns>
    public double Quantile(double part)
    {
        var sorted = Samples.Order().ToList();
        var position = part * (sorted.Count - 1);
        var below = (int)position;
        return sorted[below] + ((position - below) * (sorted[Math.Min(below + 1, sorted.Count - 1)] - sorted[below]));
    }
}
