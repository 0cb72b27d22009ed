namespace DevOps.Model;

/// <summary>How much an alert matters.</summary>
public enum AlertSeverity
{
    /// <summary>What was wrong is over.</summary>
    Recovery,

    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Something is worse than it should be; users are still served.</summary>
    Warning,

    /// <summary>Users are not served.</summary>
    Critical,
}

/// <summary>Something that a person or a program should hear of. Every part of the module raises this one kind.</summary>
/// <param name="Id">Unique; the same in every delivery and every repeated attempt.</param>
/// <param name="At">When it happened.</param>
/// <param name="Source">What raises it, such as <c>balancer/checkbox</c>.</param>
/// <param name="Subject">What it is about, such as <c>checkbox-2</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Summary">What happened, in one sentence.</param>
/// <param name="Cause">Why, in words.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Incident">The same for an alert, its reminders and its recovery.</param>
public sealed record Alert(
    string Id,
    DateTimeOffset At,
    string Source,
    string Subject,
    AlertSeverity Severity,
    string Summary,
    string? Cause,
    string? Evidence,
    string Incident);
