namespace DevOps.Core.Fleets;

/// <summary>What a fleet is to be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">How many droplets, <c>NAME-1</c> to <c>NAME-COUNT</c>.</param>
public sealed record FleetRequest(string Name, int Count)
{
    /// <summary>The most droplets that one fleet may have.</summary>
    public const int LargestCount = 500;

    /// <summary>The size's slug.</summary>
    public string Size { get; init; } = "s-1vcpu-1gb";

    /// <summary>The region's slug.</summary>
    public string Region { get; init; } = "nyc3";

    /// <summary>The image's slug.</summary>
    public string Image { get; init; } = "debian-12-x64";

    /// <summary>Packages of the distribution that each droplet installs at its first start.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>More for cloud-init to do at the first start, in any of its formats.</summary>
    public string? UserData { get; init; }

    /// <summary>Tags beside those of the module.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether the fleet is to be protected against removal.</summary>
    public bool IsProtected { get; init; }

    /// <summary>How long one droplet may take from its creation until it is ready.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>How a fleet is waited for.</summary>
public sealed record FleetTiming
{
    /// <summary>The pause between two looks at the list of droplets, and between two tries to connect.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long a droplet whose creation is uncertain is looked for before it counts as not created. Lists lag creations by seconds.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For how long a wrong host key or a refused login is taken for a droplet that is still starting.</summary>
    public TimeSpan IdentityPatience { get; init; } = TimeSpan.FromSeconds(60);
}
