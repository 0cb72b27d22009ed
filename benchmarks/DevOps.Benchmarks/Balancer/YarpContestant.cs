namespace DevOps.Benchmarks.Balancer;

/// <summary>YARP as it comes, in a program of its own.</summary>
internal sealed class YarpContestant : IContestant
{
    /// <inheritdoc/>
    public string Name => "yarp";

    /// <inheritdoc/>
    public Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var program = Path.Combine(setting.Root, "benchmarks", "DevOps.BareYarp", "bin", "Release", "net10.0", "DevOps.BareYarp.dll");
        return Task.FromResult(ContestantCommand.Of(Tools.Find("dotnet"), program, $"{place.Port}", place.Production, place.Canary));
    }
}
