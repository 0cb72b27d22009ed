namespace DevOps.Core.Tests.Hosting;

/// <summary>Waits for what happens behind a test's back and raises no event that the test could hear.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until something is so, and fails when it never is.</summary>
    /// <param name="condition">What should be.</param>
    /// <returns>A task that ends once it is.</returns>
    public static Task IsAsync(Func<bool> condition) => IsAsync(() => Task.FromResult(condition()));

    /// <summary>Waits until something is so, and fails when it never is.</summary>
    /// <param name="condition">Finds out whether what should be is.</param>
    /// <returns>A task that ends once it is.</returns>
    public static async Task IsAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (!await condition()) await Task.Delay(Pause, limit.Token);
    }
}
