namespace DevOps.Server.Administration;

/// <summary>Waits that end without an exception.</summary>
internal static class Wait
{
    /// <summary>Waits for a time to pass or a signal to come.</summary>
    /// <param name="longest">The time.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>A task that ends at whichever comes first.</returns>
    public static async Task ForAsync(TimeSpan longest, CancellationToken signal)
    {
        try
        {
            await Task.Delay(longest, signal);
        }
        catch (OperationCanceledException)
        {
            // The signal is what was waited for.
        }
    }
}
