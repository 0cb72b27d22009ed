namespace DevOps.Core.Hosts;

/// <summary>How a command on a droplet ended.</summary>
/// <param name="ExitCode">Its exit code, 128 and more when a signal ended it; nothing when the droplet gave none.</param>
/// <param name="Output">Its standard output as UTF-8; of more than <see cref="HostSession.CapturedCharacters"/> characters, the last.</param>
/// <param name="ErrorOutput">Its standard error, likewise.</param>
/// <param name="Duration">How long it took.</param>
public sealed record HostCommandResult(int? ExitCode, string Output, string ErrorOutput, TimeSpan Duration);

/// <summary>A line that a command on a droplet wrote.</summary>
/// <param name="IsError">Whether it came from standard error.</param>
/// <param name="Text">The line, without its end.</param>
public sealed record HostOutputLine(bool IsError, string Text);

/// <summary>How a command ended, also when that was because its time was up.</summary>
/// <param name="Result">What it wrote until then.</param>
/// <param name="Timeout"><c>HostCommandTimeout</c>, when it took too long; else nothing.</param>
internal sealed record HostCommandEnd(HostCommandResult Result, DevOpsException? Timeout);
