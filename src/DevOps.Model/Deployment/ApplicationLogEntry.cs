namespace DevOps.Model;

/// <summary>One line that an instance's unit wrote to its host's journal.</summary>
/// <param name="Instance">The droplet's name.</param>
/// <param name="At">When it was written, by the host's clock.</param>
/// <param name="Message">The line.</param>
public sealed record ApplicationLogEntry(string Instance, DateTimeOffset At, string Message);
