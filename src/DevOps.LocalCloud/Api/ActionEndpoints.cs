using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary><c>/v2/actions</c> and the actions of droplets.</summary>
/// <param name="store">Keeps the actions.</param>
/// <param name="droplets">The droplets' life.</param>
internal sealed class ActionEndpoints(CloudStore store, DropletService droplets)
{
    private static readonly string[] PowerActions = ["power_on", "power_off", "power_cycle", "shutdown", "reboot"];

    // Those that the API has for many droplets at once, as far as they exist here.
    private static readonly string[] BulkActions = ["power_on", "power_off", "power_cycle", "shutdown"];

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/actions", (RequestDelegate)(context => ListAsync(context, store.Current.Actions.Values)));
        routes.MapGet("/v2/actions/{action}", (RequestDelegate)GetAsync);
        routes.MapPost("/v2/droplets/actions", (RequestDelegate)ActOnTaggedAsync);
        routes.MapGet("/v2/droplets/{droplet}/actions", (RequestDelegate)ListOfDropletAsync);
        routes.MapPost("/v2/droplets/{droplet}/actions", (RequestDelegate)ActAsync);
        routes.MapGet("/v2/droplets/{droplet}/actions/{action}", (RequestDelegate)GetAsync);
    }

    private static Task ListAsync(HttpContext context, IEnumerable<ActionRecord> actions)
    {
        // The newest come first.
        var (items, links, meta) = context.Page(actions.Reverse().Select(ApiBodies.Of));
        return context.WriteAsync(StatusCodes.Status200OK, new ActionListAnswer(items, links, meta), ApiJson.Default.ActionListAnswer);
    }

    private Task ListOfDropletAsync(HttpContext context)
    {
        var id = Existing(context).Id;
        return ListAsync(context, store.Current.Actions.Values.Where(action => action.DropletId == id));
    }

    private Task GetAsync(HttpContext context)
    {
        var isFound = store.Current.Actions.TryGetValue(context.RouteNumber("action"), out var action);
        if (isFound && context.Request.RouteValues.ContainsKey("droplet")) isFound = action!.DropletId == context.RouteNumber("droplet");
        return isFound
            ? context.WriteAsync(StatusCodes.Status200OK, new ActionAnswer(ApiBodies.Of(action!)), ApiJson.Default.ActionAnswer)
            : throw ApiException.NotFound();
    }

    private async Task ActAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ApiJson.Default.ActionRequest);
        var droplet = Existing(context);
        if (request.Type == "rename") DropletOrders.CheckedName(request.Name);
        else if (!PowerActions.Contains(request.Type)) throw NotHere(request.Type);
        var action = droplets.Act(droplet.Id, request.Type!, request.Name) ?? throw ApiException.Unprocessable("Droplet already has a pending event.");
        await context.WriteAsync(StatusCodes.Status201Created, new ActionAnswer(ApiBodies.Of(action)), ApiJson.Default.ActionAnswer);
    }

    private async Task ActOnTaggedAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ApiJson.Default.ActionRequest);
        if (!BulkActions.Contains(request.Type)) throw NotHere(request.Type);
        var begun = DropletEndpoints.Tagged(context, droplets)
            .Select(droplet => droplets.Act(droplet.Id, request.Type!))
            .OfType<ActionRecord>()
            .Select(ApiBodies.Of)
            .ToList();
        await context.WriteAsync(StatusCodes.Status201Created, new ActionsStartedAnswer(begun), ApiJson.Default.ActionsStartedAnswer);
    }

    private DropletRecord Existing(HttpContext context) => droplets.Find(context.RouteNumber("droplet")) ?? throw ApiException.NotFound();

    private static ApiException NotHere(string? type) => ApiException.Unprocessable($"The local cloud has no action '{type}' for this.");
}
