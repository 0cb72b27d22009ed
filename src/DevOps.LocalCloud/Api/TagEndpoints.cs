using System.Globalization;
using System.Text.RegularExpressions;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary><c>/v2/tags</c>: tags and what bears them.</summary>
/// <param name="store">Keeps the tags.</param>
internal sealed partial class TagEndpoints(CloudStore store)
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/tags", (RequestDelegate)ListAsync);
        routes.MapPost("/v2/tags", (RequestDelegate)CreateAsync);
        routes.MapGet("/v2/tags/{tag}", (RequestDelegate)GetAsync);
        routes.MapDelete("/v2/tags/{tag}", (RequestDelegate)DeleteAsync);
        routes.MapPost("/v2/tags/{tag}/resources", (RequestDelegate)(context => ChangeResourcesAsync(context, isAdded: true)));
        routes.MapDelete("/v2/tags/{tag}/resources", (RequestDelegate)(context => ChangeResourcesAsync(context, isAdded: false)));
    }

    /// <summary>Checks a tag's name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The same name.</returns>
    /// <exception cref="ApiException">It cannot be one.</exception>
    public static string Checked(string? name) => name is not null && NamePattern().IsMatch(name)
        ? name
        : throw ApiException.Unprocessable("Tag names may only contain letters, numbers, colons, dashes, and underscores, and be at most 255 characters long");

    private static TagBody Describe(HttpContext context, CloudState state, string tag)
    {
        var tagged = state.Droplets.Values.Where(droplet => droplet.Tags.Contains(tag)).ToList();
        var last = tagged.Count == 0 ? null : context.AddressOf(string.Create(CultureInfo.InvariantCulture, $"/v2/droplets/{tagged[^1].Id}"));
        return new TagBody(tag, new TagResources(tagged.Count, last, new TaggedBody(tagged.Count, last)));
    }

    private static string Existing(CloudState state, HttpContext context)
    {
        var tag = context.Route("tag");
        return state.Tags.Contains(tag) ? tag : throw ApiException.NotFound();
    }

    private static long DropletId(TagResourceReference resource, CloudState state)
    {
        if (resource.ResourceType != "droplet") throw ApiException.Unprocessable($"Resource type '{resource.ResourceType}' cannot be tagged here; only droplets can.");
        return long.TryParse(resource.ResourceId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && state.Droplets.ContainsKey(id)
            ? id
            : throw ApiException.NotFound();
    }

    private Task ListAsync(HttpContext context)
    {
        var state = store.Current;
        var (items, links, meta) = context.Page(state.Tags.Select(tag => Describe(context, state, tag)));
        return context.WriteAsync(StatusCodes.Status200OK, new TagListAnswer(items, links, meta), ApiJson.Default.TagListAnswer);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var tag = Checked((await context.ReadAsync(ApiJson.Default.TagRequest)).Name);
        store.Change(state => state.Tags.Contains(tag) ? state : state with { Tags = state.Tags.Add(tag) });
        await context.WriteAsync(StatusCodes.Status201Created, new TagAnswer(Describe(context, store.Current, tag)), ApiJson.Default.TagAnswer);
    }

    private Task GetAsync(HttpContext context)
    {
        var state = store.Current;
        return context.WriteAsync(StatusCodes.Status200OK, new TagAnswer(Describe(context, state, Existing(state, context))), ApiJson.Default.TagAnswer);
    }

    private Task DeleteAsync(HttpContext context)
    {
        store.Change(state =>
        {
            var tag = Existing(state, context);
            var untagged = state.Droplets.Values
                .Where(droplet => droplet.Tags.Contains(tag))
                .Select(droplet => KeyValuePair.Create(droplet.Id, droplet with { Tags = droplet.Tags.Remove(tag) }));
            return state with { Tags = state.Tags.Remove(tag), Droplets = state.Droplets.SetItems(untagged) };
        });
        return context.WriteNothingAsync();
    }

    private async Task ChangeResourcesAsync(HttpContext context, bool isAdded)
    {
        var request = await context.ReadAsync(ApiJson.Default.TagResourcesRequest);
        if (request.Resources is not { Count: > 0 }) throw ApiException.Unprocessable("Resources can't be blank");
        store.Change(state =>
        {
            var tag = Existing(state, context);
            foreach (var id in request.Resources.Select(resource => DropletId(resource, state)))
            {
                var droplet = state.Droplets[id];
                var tags = isAdded ? droplet.Tags.Add(tag) : droplet.Tags.Remove(tag);
                state = state with { Droplets = state.Droplets.SetItem(id, droplet with { Tags = tags }) };
            }

            return state;
        });
        await context.WriteNothingAsync();
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_\-:]{1,255}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
