namespace DevOps.LocalCloud.Droplets;

/// <summary>A size in which droplets can be had. The local cloud shows its price and limits none of its resources.</summary>
/// <param name="Slug">Its name.</param>
/// <param name="Memory">Memory in megabytes.</param>
/// <param name="Vcpus">Processors.</param>
/// <param name="Disk">Disk in gigabytes.</param>
/// <param name="Transfer">Terabytes a month.</param>
/// <param name="PriceMonthly">US dollars a month.</param>
/// <param name="PriceHourly">US dollars an hour.</param>
internal sealed record CatalogSize(string Slug, int Memory, int Vcpus, int Disk, decimal Transfer, decimal PriceMonthly, decimal PriceHourly);

/// <summary>A region.</summary>
/// <param name="Slug">Its name in requests.</param>
/// <param name="Name">Its name for people.</param>
internal sealed record CatalogRegion(string Slug, string Name);

/// <summary>An image.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Slug">Its name in requests.</param>
/// <param name="Distribution">The distribution.</param>
/// <param name="Name">The distribution's version.</param>
internal sealed record CatalogImage(long Id, string Slug, string Distribution, string Name);

/// <summary>What can be ordered: DigitalOcean's basic sizes and regions with their prices, and the one image that is built here.</summary>
internal static class Catalog
{
    /// <summary>The region of a droplet for which none was asked.</summary>
    public const string DefaultRegion = "nyc3";

    /// <summary>The sizes, from small to large.</summary>
    public static IReadOnlyList<CatalogSize> Sizes { get; } =
    [
        new("s-1vcpu-512mb-10gb", 512, 1, 10, 0.5m, 4, 0.00595m),
        new("s-1vcpu-1gb", 1024, 1, 25, 1, 6, 0.00893m),
        new("s-1vcpu-2gb", 2048, 1, 50, 2, 12, 0.01786m),
        new("s-2vcpu-2gb", 2048, 2, 60, 3, 18, 0.02679m),
        new("s-2vcpu-4gb", 4096, 2, 80, 4, 24, 0.03571m),
        new("s-4vcpu-8gb", 8192, 4, 160, 5, 48, 0.07143m),
        new("s-8vcpu-16gb", 16384, 8, 320, 6, 96, 0.14286m),
    ];

    /// <summary>The regions.</summary>
    public static IReadOnlyList<CatalogRegion> Regions { get; } =
    [
        new("ams3", "Amsterdam 3"),
        new("blr1", "Bangalore 1"),
        new("fra1", "Frankfurt 1"),
        new("lon1", "London 1"),
        new("nyc1", "New York 1"),
        new("nyc3", "New York 3"),
        new("sfo3", "San Francisco 3"),
        new("sgp1", "Singapore 1"),
        new("syd1", "Sydney 1"),
        new("tor1", "Toronto 1"),
    ];

    /// <summary>The images.</summary>
    public static IReadOnlyList<CatalogImage> Images { get; } = [new(1001, "debian-12-x64", "Debian", "12 x64")];
}
