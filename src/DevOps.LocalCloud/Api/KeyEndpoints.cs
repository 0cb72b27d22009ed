using System.Globalization;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud.Api;

/// <summary><c>/v2/account/keys</c>: the account's SSH keys.</summary>
/// <param name="store">Keeps the keys.</param>
internal sealed class KeyEndpoints(CloudStore store)
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/account/keys", (RequestDelegate)ListAsync);
        routes.MapPost("/v2/account/keys", (RequestDelegate)CreateAsync);
        routes.MapGet("/v2/account/keys/{key}", (RequestDelegate)GetAsync);
        routes.MapPut("/v2/account/keys/{key}", (RequestDelegate)RenameAsync);
        routes.MapDelete("/v2/account/keys/{key}", (RequestDelegate)DeleteAsync);
    }

    /// <summary>Finds a key by number or fingerprint.</summary>
    /// <param name="state">Where.</param>
    /// <param name="name">The number or fingerprint.</param>
    /// <returns>The key; nothing when there is none.</returns>
    public static KeyRecord? Find(CloudState state, string name) => state.Keys.Values.FirstOrDefault(key =>
        string.Equals(key.Fingerprint, name, StringComparison.OrdinalIgnoreCase) || key.Id.ToString(CultureInfo.InvariantCulture) == name);

    private static Task WriteAsync(HttpContext context, int status, KeyRecord key) =>
        context.WriteAsync(status, new KeyAnswer(ApiBodies.Of(key)), ApiJson.Default.KeyAnswer);

    private static KeyRecord Existing(CloudState state, HttpContext context) => Find(state, context.Route("key")) ?? throw ApiException.NotFound();

    private Task ListAsync(HttpContext context)
    {
        var (items, links, meta) = context.Page(store.Current.Keys.Values.Select(ApiBodies.Of));
        return context.WriteAsync(StatusCodes.Status200OK, new KeyListAnswer(items, links, meta), ApiJson.Default.KeyListAnswer);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ApiJson.Default.KeyRequest);
        if (string.IsNullOrWhiteSpace(request.Name)) throw ApiException.Unprocessable("Name can't be blank");
        var line = request.PublicKey?.Trim() ?? string.Empty;
        var fingerprint = SshPublicKey.Fingerprint(line) ?? throw ApiException.Unprocessable("Key invalid, key should be of format `type key comment`");
        var key = store.Change(state =>
        {
            if (Find(state, fingerprint) is not null) throw ApiException.Unprocessable("SSH Key is already in use on your account");
            var created = new KeyRecord(state.NextId, request.Name, line, fingerprint);
            return (state with { NextId = state.NextId + 1, Keys = state.Keys.Add(created.Id, created) }, created);
        });
        await WriteAsync(context, StatusCodes.Status201Created, key);
    }

    private Task GetAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, Existing(store.Current, context));

    private async Task RenameAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ApiJson.Default.KeyRequest);
        if (string.IsNullOrWhiteSpace(request.Name)) throw ApiException.Unprocessable("Name can't be blank");
        var key = store.Change(state =>
        {
            var renamed = Existing(state, context) with { Name = request.Name };
            return (state with { Keys = state.Keys.SetItem(renamed.Id, renamed) }, renamed);
        });
        await WriteAsync(context, StatusCodes.Status200OK, key);
    }

    private Task DeleteAsync(HttpContext context)
    {
        store.Change(state => state with { Keys = state.Keys.Remove(Existing(state, context).Id) });
        return context.WriteNothingAsync();
    }
}
