namespace DevOps.Model;

/// <summary>How a job ended that calls when it has run.</summary>
public enum HeartbeatOutcome
{
    /// <summary>As it should.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>A call that a job made: the last one of its target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="At">When it was made.</param>
/// <param name="Outcome">How the job ended.</param>
/// <param name="Message">What it said, on one line; nothing when it said nothing.</param>
/// <param name="Host">The machine that it came from, as far as is known.</param>
/// <param name="User">Whose account it came from, as far as is known.</param>
public sealed record HeartbeatCall(string Target, DateTimeOffset At, HeartbeatOutcome Outcome, string? Message, string? Host, string? User);
