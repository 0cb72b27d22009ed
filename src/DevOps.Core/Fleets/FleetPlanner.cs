using System.Globalization;
using DevOps.Core.DigitalOcean;
using DevOps.Core.State;

namespace DevOps.Core.Fleets;

/// <summary>Finds out what is missing from a fleet, what it will cost, and whether the account may have it. Changes nothing.</summary>
/// <param name="session">The account.</param>
internal sealed class FleetPlanner(CloudSession session)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="account">The account.</param>
    /// <param name="ct">Ends the requests.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DevOpsException">
    /// <c>FleetNameInvalid</c>, <c>FleetCountInvalid</c>, <c>AccountNotActive</c>, <c>SizeNotFound</c>, <c>SizeNotInRegion</c>,
    /// <c>RegionNotFound</c>, <c>ImageNotFound</c>, <c>DropletLimitExceeded</c>.
    /// </exception>
    public async Task<FleetPlan> PlanAsync(FleetRequest request, ApiAccount account, CancellationToken ct)
    {
        if (account.Status == "locked")
        {
            throw new DevOpsException(
                "AccountNotActive",
                FailureKind.PermissionDenied,
                $"The account {account.Email} is locked{(string.IsNullOrEmpty(account.StatusMessage) ? "." : $": {account.StatusMessage}")}",
                "Ask DigitalOcean's support, or use another connection (Select-DigitalOcean).",
                account.Email);
        }

        var existing = await session.Droplets.ListAsync(request.Name, ct);
        var byName = existing.ToLookup(droplet => droplet.Name, StringComparer.Ordinal);
        var wanted = Enumerable.Range(1, request.Count).Select(number => FleetName.Droplet(request.Name, number)).ToArray();
        string[] create = [.. wanted.Where(name => !byName.Contains(name))];
        var cost = create.Length > 0 ? await CheckSizeAsync(request, ct) : 0;
        if (create.Length > 0) await CheckLimitAsync(request, account, create.Length, ct);
        return new FleetPlan(
            request,
            account.Email,
            session.Client.Address,
            create,
            [.. wanted.SelectMany(name => byName[name]).Where(droplet => droplet.IsManaged && Hosts.HostConnector.PinnedKeys(droplet).Count == 0)],
            existing,
            [.. existing.Where(droplet => !wanted.Contains(droplet.Name, StringComparer.Ordinal))],
            cost);
    }

    /// <summary>Refuses what no account could have.</summary>
    /// <param name="request">What is wanted.</param>
    public static void Check(FleetRequest request)
    {
        FleetName.Check(request.Name);
        if (request.Count is < 1 or > FleetRequest.LargestCount)
        {
            throw new DevOpsException(
                "FleetCountInvalid",
                FailureKind.InvalidInput,
                string.Create(CultureInfo.InvariantCulture, $"A fleet of {request.Count} droplets cannot be made; 1 to {FleetRequest.LargestCount} can."),
                request.Count == 0 ? $"Remove-DropletFleet {request.Name} removes a fleet." : null,
                request.Count);
        }
    }

    private async Task<decimal> CheckSizeAsync(FleetRequest request, CancellationToken ct)
    {
        var sizes = await session.Client.ListSizesAsync(ct);
        session.Names.Remember(NameKind.Size, sizes.Where(candidate => candidate.Available).Select(candidate => candidate.Slug));
        var size = sizes.FirstOrDefault(candidate => candidate.Slug == request.Size) ?? throw new DevOpsException(
            "SizeNotFound",
            FailureKind.InvalidInput,
            $"The API has no size called '{request.Size}'.",
            $"Use one of {Some(sizes.Where(candidate => candidate.Available).OrderBy(candidate => candidate.PriceMonthly).Select(candidate => candidate.Slug))}.",
            request.Size);
        var regions = await session.Client.ListRegionsAsync(ct);
        session.Names.Remember(NameKind.Region, regions.Where(region => region.Available).Select(region => region.Slug));
        if (!regions.Any(region => region.Slug == request.Region))
        {
            throw new DevOpsException(
                "RegionNotFound",
                FailureKind.InvalidInput,
                $"The API has no region called '{request.Region}'.",
                $"Use one of {Some(regions.Where(region => region.Available).Select(region => region.Slug).Order(StringComparer.Ordinal))}.",
                request.Region);
        }

        await CheckImageAsync(request, ct);
        return size.Regions is null || size.Regions.Contains(request.Region) ? size.PriceMonthly : throw new DevOpsException(
            "SizeNotInRegion",
            FailureKind.InvalidInput,
            $"Region '{request.Region}' has no droplets of size '{request.Size}'.",
            $"Use another size, or one of the regions {Some(size.Regions.Order(StringComparer.Ordinal))}.",
            request.Size);
    }

    private async Task CheckImageAsync(FleetRequest request, CancellationToken ct)
    {
        var images = await session.Client.ListImagesAsync(ct);
        session.Names.Remember(NameKind.Image, images.Select(image => image.Slug).OfType<string>());
        if (images.Any(image => image.Slug == request.Image || image.Id.ToString(CultureInfo.InvariantCulture) == request.Image)) return;
        throw new DevOpsException(
            "ImageNotFound",
            FailureKind.InvalidInput,
            $"The API has no image called '{request.Image}'.",
            $"Use one of {Some(images.Select(image => image.Slug).OfType<string>().Order(StringComparer.Ordinal))}.",
            request.Image);
    }

    private async Task CheckLimitAsync(FleetRequest request, ApiAccount account, int missing, CancellationToken ct)
    {
        var count = await session.Client.CountDropletsAsync(ct);
        if (count + missing <= account.DropletLimit) return;
        throw new DevOpsException(
            "DropletLimitExceeded",
            FailureKind.LimitExceeded,
            string.Create(CultureInfo.InvariantCulture, $"Fleet '{request.Name}' needs {missing} more droplets, but the account {account.Email} has {count} and may have {account.DropletLimit}. Nothing was created."),
            "Remove droplets that are not needed with Remove-Droplet, or ask DigitalOcean for a higher limit.",
            request.Name);
    }

    private static string Some(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return all.Length <= 12 ? string.Join(", ", all) : string.Join(", ", all.Take(12)) + " and others";
    }
}
