namespace DevOps.Benchmarks.Balancer;

/// <summary>A server that is measured.</summary>
internal interface IContestant
{
    /// <summary>What it is called in the figures.</summary>
    string Name { get; }

    /// <summary>What it answers with 200 as soon as it is ready.</summary>
    string ReadyPath => "/";

    /// <summary>Writes what it needs to begin.</summary>
    /// <param name="place">Where it is to stand.</param>
    /// <param name="setting">What is shared.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>How it is started.</returns>
    Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation);
}

/// <summary>Where a contestant stands.</summary>
/// <param name="Port">The loopback port that it listens at.</param>
/// <param name="Folder">An empty folder for its files.</param>
/// <param name="Production">Host and port of the backend that gets two of three requests, if there is one.</param>
/// <param name="Canary">Host and port of the backend that gets each third.</param>
internal sealed record ContestantPlace(int Port, string Folder, string Production = "", string Canary = "")
{
    /// <summary>What configurations call it.</summary>
    public IReadOnlyDictionary<string, string> Values => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PORT"] = $"{Port}",
        ["PRODUCTION"] = Production,
        ["CANARY"] = Canary,
        ["FOLDER"] = Folder,
        ["USER"] = PeerFiles.NginxUser,
    };
}

/// <summary>How a contestant is started.</summary>
/// <param name="Command">The command and its arguments.</param>
/// <param name="Variables">Environment variables to set.</param>
internal sealed record ContestantCommand(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>A command that needs no environment variables.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <returns>How it is started.</returns>
    public static ContestantCommand Of(params string[] command) => new(command, new Dictionary<string, string>(StringComparer.Ordinal));
}
