using DevOps.LocalCloud.Containers;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary>Turns what is kept into what the API shows.</summary>
internal static class ApiBodies
{
    // Each region has one private network in which every droplet is; the local cloud has one for all.
    private const string VpcId = "00000000-0000-4000-8000-00006c6f6361";

    private static readonly DateTimeOffset ImageCreatedAt = new(2023, 6, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] RegionSlugs = [.. Catalog.Regions.Select(region => region.Slug)];

    private static readonly string[] SizeSlugs = [.. Catalog.Sizes.Select(size => size.Slug)];

    public static SizeBody Of(CatalogSize size) => new(
        size.Slug, size.Memory, size.Vcpus, size.Disk, size.Transfer, size.PriceMonthly, size.PriceHourly, RegionSlugs, Available: true, "Basic");

    public static RegionBody Of(CatalogRegion region) => new(region.Name, region.Slug, ["metadata"], Available: true, SizeSlugs);

    public static ImageBody Of(CatalogImage image) => new(
        image.Id, image.Name, image.Distribution, image.Slug, Public: true, RegionSlugs, "base", MinDiskSize: 7, SizeGigabytes: 0.5m,
        $"{image.Distribution} {image.Name}", Tags: [], "available", ImageCreatedAt);

    public static KeyBody Of(KeyRecord key) => new(key.Id, key.Fingerprint, key.PublicKey, key.Name);

    public static ActionBody Of(ActionRecord action) => new(
        action.Id, action.Status, action.Type, action.StartedAt, action.CompletedAt, action.DropletId, "droplet", Region(action.Region), action.Region);

    public static DropletBody Of(DropletRecord droplet, CloudNetworks? networks)
    {
        var size = Catalog.Sizes.First(candidate => candidate.Slug == droplet.Size);
        return new DropletBody(
            droplet.Id,
            droplet.Name,
            size.Memory,
            size.Vcpus,
            size.Disk,
            Locked: droplet.PendingAction is not null,
            droplet.Status,
            droplet.CreatedAt,
            droplet.Features,
            BackupIds: [],
            NextBackupWindow: null,
            SnapshotIds: [],
            Of(Catalog.Images.First(image => image.Slug == droplet.Image)),
            VolumeIds: [],
            Of(size),
            droplet.Size,
            new NetworksBody(Addresses(droplet, networks), V6: []),
            Region(droplet.Region),
            droplet.Tags,
            VpcId);
    }

    private static AddressBody[] Addresses(DropletRecord droplet, CloudNetworks? networks) =>
        droplet.Status == DropletState.New || networks is null
            ? []
            : [
                new AddressBody(networks.Private.Address(droplet.Host), Subnet.Netmask, networks.Private.Gateway, "private"),
                new AddressBody(networks.Public.Address(droplet.Host), Subnet.Netmask, networks.Public.Gateway, "public"),
            ];

    private static RegionBody Region(string slug) => Of(Catalog.Regions.First(region => region.Slug == slug));
}
