namespace DevOps.Model;

/// <summary>What a command did on one droplet.</summary>
/// <param name="Droplet">The droplet's name.</param>
/// <param name="Address">The address that was used.</param>
/// <param name="ExitCode">The command's exit code; nothing when it did not end by itself.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="ErrorOutput">Its standard error.</param>
/// <param name="Duration">How long it took.</param>
public sealed record DropletCommandResult(
    string Droplet,
    string Address,
    int? ExitCode,
    string Output,
    string ErrorOutput,
    TimeSpan Duration);
