namespace DevOps.Benchmarks.Balancer;

/// <summary>What everything in one run of the benchmark shares.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Folder">A temporary folder.</param>
/// <param name="Http">Who asks where wrk is not needed.</param>
/// <param name="ContestantPrefix">What stands before the commands of contestants, such as a choice of processors.</param>
/// <param name="LoadPrefix">What stands before the commands of backends and load.</param>
internal sealed record Setting(
    string Root,
    string Folder,
    HttpClient Http,
    IReadOnlyList<string> ContestantPrefix,
    IReadOnlyList<string> LoadPrefix)
{
    /// <summary>The peers' configurations.</summary>
    public PeerFiles Peers => new(Root);

    /// <summary>Chooses the processors.</summary>
    /// <param name="setting">What is shared.</param>
    /// <returns>The same, with the first processor for the contestants alone.</returns>
    /// <exception cref="BenchmarkException">There is only one.</exception>
    public static Setting Pin(Setting setting)
    {
        var last = Environment.ProcessorCount - 1;
        if (last < 1) throw new BenchmarkException("'--pin' needs at least two processors.");
        var taskset = Tools.Find("taskset");
        return setting with { ContestantPrefix = [taskset, "-c", "0"], LoadPrefix = [taskset, "-c", $"1-{last}"] };
    }
}
