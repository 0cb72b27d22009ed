namespace DevOps.Model;

/// <summary>The droplets that bear the tag <c>fleet:NAME</c>.</summary>
/// <param name="Name">The fleet's name.</param>
/// <param name="Droplets">Its droplets, ordered by name.</param>
/// <param name="Ready">How many are active and have a pinned host key, that is: were reached over verified SSH after cloud-init had finished.</param>
public sealed record DropletFleet(string Name, IReadOnlyList<Droplet> Droplets, int Ready)
{
    /// <summary>How many droplets exist.</summary>
    public int Count => Droplets.Count;

    /// <summary>The size's slug, or the slugs with commas where they differ.</summary>
    public string Size => string.Join(',', Droplets.Select(droplet => droplet.Size).Distinct(StringComparer.Ordinal));

    /// <summary>What the fleet costs a month, in US dollars.</summary>
    public decimal MonthlyCost => Droplets.Sum(droplet => droplet.MonthlyCost);

    /// <summary>Whether any of its droplets is protected against removal.</summary>
    public bool IsProtected => Droplets.Any(droplet => droplet.IsProtected);
}
