namespace DevOps.Core.Tests.Hosting;

/// <summary>How long the random tests run: a short form in every test run, a long one in a soak.</summary>
internal static class Soak
{
    /// <summary>The seeds of the random cases.</summary>
    /// <param name="few">How many in every run.</param>
    /// <param name="many">How many in a soak, <c>build.ps1 -Task Soak</c>.</param>
    /// <returns>The seeds; the first ones are the same in both.</returns>
    public static IEnumerable<int> Seeds(int few, int many) =>
        Enumerable.Range(1, Of(few, many));

    /// <summary>How many of something there are to be.</summary>
    /// <param name="few">How many in every run.</param>
    /// <param name="many">How many in a soak, <c>build.ps1 -Task Soak</c>.</param>
    /// <returns>How many in this run.</returns>
    public static int Of(int few, int many) => Environment.GetEnvironmentVariable("DEVOPS_SOAK") == "1" ? many : few;
}
