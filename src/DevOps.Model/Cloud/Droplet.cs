namespace DevOps.Model;

/// <summary>Where a droplet is in its life, in the API's own words.</summary>
public enum DropletStatus
{
    /// <summary>Being created: it has no address yet.</summary>
    New,

    /// <summary>Powered on. That says nothing about SSH or cloud-init.</summary>
    Active,

    /// <summary>Powered off. It still costs money.</summary>
    Off,

    /// <summary>Archived by the provider.</summary>
    Archive,
}

/// <summary>A virtual machine of the account, as the API describes it.</summary>
/// <param name="Id">The API's number for it.</param>
/// <param name="Name">Its name, also its host name.</param>
/// <param name="Fleet">The fleet that its tag <c>fleet:NAME</c> puts it in, or nothing.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="PublicAddress">Its public IPv4 address, once it has one.</param>
/// <param name="PrivateAddress">Its private IPv4 address, once it has one.</param>
/// <param name="Region">The region's slug, such as <c>nyc3</c>.</param>
/// <param name="Size">The size's slug, such as <c>s-1vcpu-1gb</c>.</param>
/// <param name="MonthlyCost">What the size costs a month, in US dollars.</param>
/// <param name="Tags">All its tags.</param>
/// <param name="CreatedAt">When the API accepted its creation.</param>
/// <param name="Connection">The connection that it was read through; cmdlets that take a droplet use the same one.</param>
public sealed record Droplet(
    long Id,
    string Name,
    string? Fleet,
    DropletStatus Status,
    string? PublicAddress,
    string? PrivateAddress,
    string Region,
    string Size,
    decimal MonthlyCost,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    string Connection)
{
    /// <summary>Whether this module made it. Only such droplets are ever changed or removed.</summary>
    public bool IsManaged => Tags.Contains(DropletTags.ManagedBy);

    /// <summary>Whether its fleet is protected against removal.</summary>
    public bool IsProtected => Tags.Contains(DropletTags.Protected);
}
