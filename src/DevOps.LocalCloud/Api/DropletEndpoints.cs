using System.Globalization;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary><c>/v2/droplets</c>: creating, listing and deleting droplets.</summary>
/// <param name="store">What the cloud remembers.</param>
/// <param name="droplets">The droplets' life.</param>
/// <param name="settings">The limits.</param>
internal sealed class DropletEndpoints(CloudStore store, DropletService droplets, CloudSettings settings)
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/droplets", (RequestDelegate)ListAsync);
        routes.MapPost("/v2/droplets", (RequestDelegate)CreateAsync);
        routes.MapDelete("/v2/droplets", (RequestDelegate)DeleteTaggedAsync);
        routes.MapGet("/v2/droplets/{droplet}", (RequestDelegate)GetAsync);
        routes.MapDelete("/v2/droplets/{droplet}", (RequestDelegate)DeleteAsync);
    }

    /// <summary>The droplets that bear the tag in a request's query.</summary>
    /// <param name="context">The request.</param>
    /// <param name="droplets">The droplets' life.</param>
    /// <returns>The droplets.</returns>
    /// <exception cref="ApiException">No tag is named.</exception>
    public static List<DropletRecord> Tagged(HttpContext context, DropletService droplets)
    {
        var tag = context.Request.Query["tag_name"].ToString();
        if (tag.Length == 0) throw ApiException.BadRequest("tag_name is missing.");
        return [.. droplets.List().Where(droplet => droplet.Tags.Contains(tag))];
    }

    private DropletBody Body(DropletRecord droplet) => ApiBodies.Of(droplet, store.Current.Networks);

    private Task ListAsync(HttpContext context)
    {
        var (tag, name) = (context.Request.Query["tag_name"].ToString(), context.Request.Query["name"].ToString());
        if (tag.Length > 0 && name.Length > 0) throw ApiException.BadRequest("tag_name and name cannot be combined.");
        var found = droplets.List();
        if (tag.Length > 0) found = found.Where(droplet => droplet.Tags.Contains(tag));
        if (name.Length > 0) found = found.Where(droplet => string.Equals(droplet.Name, name, StringComparison.OrdinalIgnoreCase));
        var (items, links, meta) = context.Page(found.Select(Body));
        return context.WriteAsync(StatusCodes.Status200OK, new DropletListAnswer(items, links, meta), ApiJson.Default.DropletListAnswer);
    }

    private Task GetAsync(HttpContext context)
    {
        var droplet = droplets.Find(context.RouteNumber("droplet")) ?? throw ApiException.NotFound();
        return context.WriteAsync(StatusCodes.Status200OK, new DropletAnswer(Body(droplet)), ApiJson.Default.DropletAnswer);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ApiJson.Default.DropletRequest);
        var order = DropletOrders.Check(request, store.Current);
        var created = droplets.Create(order, settings.DropletLimit)
            ?? throw ApiException.Unprocessable("creating this/these droplet(s) will exceed your droplet limit");
        var links = new CreateLinks([.. created.Select(pair => new ActionLink(
            pair.Action.Id,
            "create",
            context.AddressOf(string.Create(CultureInfo.InvariantCulture, $"/v2/actions/{pair.Action.Id}"))))]);
        if (request.Name is not null)
        {
            await context.WriteAsync(StatusCodes.Status202Accepted, new DropletCreatedAnswer(Body(created[0].Droplet), links), ApiJson.Default.DropletCreatedAnswer);
            return;
        }

        var bodies = created.Select(pair => Body(pair.Droplet)).ToList();
        await context.WriteAsync(StatusCodes.Status202Accepted, new DropletsCreatedAnswer(bodies, links), ApiJson.Default.DropletsCreatedAnswer);
    }

    private Task DeleteAsync(HttpContext context) =>
        droplets.Delete(context.RouteNumber("droplet")) ? context.WriteNothingAsync() : throw ApiException.NotFound();

    private Task DeleteTaggedAsync(HttpContext context)
    {
        foreach (var droplet in Tagged(context, droplets)) droplets.Delete(droplet.Id);
        return context.WriteNothingAsync();
    }
}
