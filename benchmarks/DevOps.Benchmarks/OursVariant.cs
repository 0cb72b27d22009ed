namespace DevOps.Benchmarks;

/// <summary>Ours, perhaps with something changed.</summary>
/// <param name="Name">What it is called in the figures.</param>
/// <param name="Variables">Environment variables beside, or instead of, the usual ones.</param>
/// <param name="ProgramFile">Another build of the server, or nothing for the staged one.</param>
internal sealed record OursVariant(string Name, IReadOnlyDictionary<string, string> Variables, string? ProgramFile)
{
    /// <summary>What stands in a list of variables for another build of the server.</summary>
    public const string ProgramKey = "program";

    /// <summary>Its variables over others.</summary>
    /// <param name="usual">Those that hold where it says nothing.</param>
    /// <returns>All of them.</returns>
    public Dictionary<string, string> Over(IReadOnlyDictionary<string, string> usual) =>
        new([.. usual.Where(variable => !Variables.ContainsKey(variable.Key)), .. Variables], StringComparer.Ordinal);

    /// <summary>The server's program.</summary>
    /// <param name="root">The checkout.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="BenchmarkException">It is not there.</exception>
    public string ProgramIn(string root)
    {
        var program = ProgramFile ?? Path.Combine(root, "module", "bin", "server", "DevOps.Server.dll");
        return File.Exists(program) ? program : throw new BenchmarkException($"There is no {program}. ./devops build.ps1 -Task Stage makes it.");
    }
}
