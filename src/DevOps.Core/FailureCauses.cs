namespace DevOps.Core;

/// <summary>What lies behind a failure.</summary>
internal static class FailureCauses
{
    /// <summary>The failure, its cause, that one's cause and so on.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>All of them.</returns>
    public static IEnumerable<Exception> Causes(this Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException) yield return cause;
    }
}
