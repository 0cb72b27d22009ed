using System.Security;

namespace DevOps.Model;

/// <summary>What lets an application ask a feature flag service.</summary>
public sealed record FeatureFlagToken
{
    /// <summary>The flag server.</summary>
    public required string Server { get; init; }

    /// <summary>The application.</summary>
    public required string Application { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The token itself; there only when it is made, since no more than its hash is kept.</summary>
    public SecureString? Token { get; init; }

    /// <summary>Names the application, and never the token.</summary>
    /// <returns>The application.</returns>
    public override string ToString() => Application;
}
