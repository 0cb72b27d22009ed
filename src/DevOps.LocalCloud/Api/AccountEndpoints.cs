using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary><c>/v2/account</c> and what can be ordered: sizes, regions, images.</summary>
/// <param name="store">Knows the account.</param>
/// <param name="settings">The limits.</param>
internal sealed class AccountEndpoints(CloudStore store, CloudSettings settings)
{
    /// <summary>The account's address.</summary>
    public const string Email = "root@localcloud";

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/account", (RequestDelegate)AccountAsync);
        routes.MapGet("/v2/sizes", (RequestDelegate)(context =>
        {
            var (items, links, meta) = context.Page(Catalog.Sizes.Select(ApiBodies.Of));
            return context.WriteAsync(StatusCodes.Status200OK, new SizeListAnswer(items, links, meta), ApiJson.Default.SizeListAnswer);
        }));
        routes.MapGet("/v2/regions", (RequestDelegate)(context =>
        {
            var (items, links, meta) = context.Page(Catalog.Regions.Select(ApiBodies.Of));
            return context.WriteAsync(StatusCodes.Status200OK, new RegionListAnswer(items, links, meta), ApiJson.Default.RegionListAnswer);
        }));
        routes.MapGet("/v2/images", (RequestDelegate)ImagesAsync);
        routes.MapGet("/v2/images/{image}", (RequestDelegate)ImageAsync);
    }

    private static Task ImagesAsync(HttpContext context)
    {
        // All images here are distributions; there are neither applications nor the account's own.
        var type = context.Request.Query["type"].ToString();
        var isPrivate = string.Equals(context.Request.Query["private"], "true", StringComparison.OrdinalIgnoreCase);
        var images = (type is "" or "distribution") && !isPrivate ? Catalog.Images : [];
        var (items, links, meta) = context.Page(images.Select(ApiBodies.Of));
        return context.WriteAsync(StatusCodes.Status200OK, new ImageListAnswer(items, links, meta), ApiJson.Default.ImageListAnswer);
    }

    private static Task ImageAsync(HttpContext context)
    {
        var name = context.Route("image");
        var image = Catalog.Images.FirstOrDefault(candidate =>
                candidate.Slug == name || candidate.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == name)
            ?? throw ApiException.NotFound();
        return context.WriteAsync(StatusCodes.Status200OK, new ImageAnswer(ApiBodies.Of(image)), ApiJson.Default.ImageAnswer);
    }

    private Task AccountAsync(HttpContext context)
    {
        var id = store.Current.AccountId.ToString();
        var account = new AccountBody(
            settings.DropletLimit,
            FloatingIpLimit: 0,
            Email,
            "Local cloud",
            id,
            EmailVerified: true,
            "active",
            StatusMessage: string.Empty,
            new AccountTeam(id, "Local cloud"));
        return context.WriteAsync(StatusCodes.Status200OK, new AccountAnswer(account), ApiJson.Default.AccountAnswer);
    }
}
