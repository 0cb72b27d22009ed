namespace DevOps.Model;

/// <summary>What part an instance plays.</summary>
public enum ApplicationRole
{
    /// <summary>Serves the released application.</summary>
    Production,

    /// <summary>Serves the candidate of a canary release.</summary>
    Canary,
}

/// <summary>What is known of an instance's health.</summary>
public enum ApplicationHealth
{
    /// <summary>Never deployed to.</summary>
    NotDeployed,

    /// <summary>Serves the release that it should, by every rule of the health gate.</summary>
    Healthy,

    /// <summary>Reached, but does not serve as it should; the cause says why.</summary>
    Unhealthy,

    /// <summary>Stopped on purpose.</summary>
    Stopped,

    /// <summary>The host could not be reached.</summary>
    Unreachable,
}

/// <summary>An application on a droplet.</summary>
/// <param name="Application">The application's name.</param>
/// <param name="Instance">The droplet's name.</param>
/// <param name="Address">The address at which it serves.</param>
/// <param name="Port">The port at which it serves.</param>
/// <param name="Role">What part it plays.</param>
/// <param name="Release">The release that <c>current</c> leads to, or nothing.</param>
/// <param name="Health">What is known of its health.</param>
/// <param name="Since">When the running process was started, if one runs.</param>
/// <param name="Cause">Why it is not healthy, in words; nothing when it is.</param>
/// <param name="Environment">The environment that it belongs to.</param>
public sealed record ApplicationInstance(
    string Application,
    string Instance,
    string Address,
    int Port,
    ApplicationRole Role,
    string? Release,
    ApplicationHealth Health,
    DateTimeOffset? Since,
    string? Cause,
    string Environment)
{
    /// <summary>Where it serves.</summary>
    public Uri Uri => new UriBuilder(Uri.UriSchemeHttp, Address, Port).Uri;
}
