namespace DevOps.Server.Tests.Hosting;

/// <summary>Tells whether the long forms of tests are wanted, as <c>build.ps1 -Task Soak</c> does.</summary>
internal static class Soak
{
    /// <summary>Chooses a number.</summary>
    public static int Of(int usual, int soak) => Environment.GetEnvironmentVariable("DEVOPS_SOAK") == "1" ? soak : usual;
}
