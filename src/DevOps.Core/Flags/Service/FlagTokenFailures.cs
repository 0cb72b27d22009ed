namespace DevOps.Core.Flags.Service;

/// <summary>What is said of tokens that are not there.</summary>
public static class FlagTokenFailures
{
    /// <summary>An application has none.</summary>
    /// <param name="application">The application.</param>
    /// <param name="server">The flag server; nothing for the selected one.</param>
    /// <returns>The failure, <c>FeatureFlagTokenNotFound</c>.</returns>
    public static DevOpsException NotFound(string application, string? server) => new(
        "FeatureFlagTokenNotFound",
        FailureKind.NotFound,
        $"Application '{application}' has no token for the feature flags of {(server is null ? "the selected server" : $"'{server}'")}.",
        "Get-FeatureFlagToken lists those that have one.",
        application);
}
