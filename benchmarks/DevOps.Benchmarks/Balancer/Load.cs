namespace DevOps.Benchmarks.Balancer;

/// <summary>What is asked of a contestant, over connections that are kept.</summary>
/// <param name="Name">What the load is called.</param>
/// <param name="Suffix">What the names of its figures end with.</param>
/// <param name="Path">The path that is asked for.</param>
/// <param name="Connections">How many clients ask at once, each one as soon as it has its answer.</param>
internal sealed record Load(string Name, string Suffix, string Path, int Connections)
{
    /// <summary>The loads, in the order in which they are put on.</summary>
    public static IReadOnlyList<Load> All { get; } =
    [
        new("small", string.Empty, "/", 64),
        new("20k", "_20k", "/20k", 64),
        new("1000", "_1000", "/", 1000),
    ];
}

/// <summary>What one load of one contestant gave.</summary>
/// <param name="Answers">What the client saw.</param>
/// <param name="CpuMicroseconds">The contestant's processor time a request.</param>
/// <param name="ResidentMegabytes">The contestant's memory behind the load.</param>
/// <param name="ProductionPart">The part of the requests that reached production.</param>
internal sealed record Measurement(WrkResult Answers, double CpuMicroseconds, double ResidentMegabytes, double ProductionPart);
