using System.Globalization;
using System.Text.Json;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.DigitalOcean;

/// <summary>
/// The part of the DigitalOcean API v2 that this module uses. The token goes only to the address that it was saved with;
/// see <see cref="ApiTransport"/> for what is tried again.
/// </summary>
public sealed class DigitalOceanClient : IDisposable
{
    private const int PageSize = 200;

    private readonly ApiTransport _transport;
    private readonly string _connection;

    /// <summary>Makes a client; sends nothing.</summary>
    /// <param name="connection">The address and its token.</param>
    /// <param name="options">How patient it is.</param>
    /// <param name="time">The clock, the system's when nothing.</param>
    /// <exception cref="DevOpsException"><c>ApiAddressInvalid</c>, <c>TokenInvalid</c>.</exception>
    public DigitalOceanClient(SavedConnection connection, ApiClientOptions? options = null, TimeProvider? time = null)
    {
        Address = ApiAddressRules.Check(connection.ApiUri);
        _connection = connection.Name;
        _transport = new ApiTransport(Address, CheckToken(connection), options ?? new ApiClientOptions(), time ?? TimeProvider.System);
    }

    /// <summary>The API's address.</summary>
    public Uri Address { get; }

    /// <summary>Describes the account behind the token.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The account.</returns>
    public async Task<ApiAccount> GetAccountAsync(CancellationToken ct)
    {
        var request = Get("v2/account", "describe the account");
        return Part(request, await PageAsync(request, ct), page => page.Account);
    }

    /// <summary>Lists the sizes of droplets.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>All sizes.</returns>
    public Task<IReadOnlyList<ApiSize>> ListSizesAsync(CancellationToken ct) => ListAsync("v2/sizes", "list the sizes", page => page.Sizes, ct);

    /// <summary>Lists the regions.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>All regions.</returns>
    public Task<IReadOnlyList<ApiRegion>> ListRegionsAsync(CancellationToken ct) => ListAsync("v2/regions", "list the regions", page => page.Regions, ct);

    /// <summary>Lists the images, public and private.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>All images.</returns>
    public Task<IReadOnlyList<ApiImage>> ListImagesAsync(CancellationToken ct) => ListAsync("v2/images", "list the images", page => page.Images, ct);

    /// <summary>Finds a public key of the account.</summary>
    /// <param name="fingerprint">Its MD5 fingerprint. Asking for one key is not under the strict limit that listing them is.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The key, or nothing.</returns>
    public async Task<ApiKey?> FindKeyAsync(string fingerprint, CancellationToken ct)
    {
        var request = Get($"v2/account/keys/{Uri.EscapeDataString(fingerprint)}", $"find the SSH key {fingerprint}") with { MayBeMissing = true, Target = fingerprint };
        return await _transport.SendAsync(request, ct) is { } body ? Part(request, Parse(request, body), page => page.SshKey) : null;
    }

    /// <summary>Adds a public key to the account.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="publicKey">The key, as in <c>authorized_keys</c>.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The key.</returns>
    public async Task<ApiKey> CreateKeyAsync(string name, string publicKey, CancellationToken ct)
    {
        var request = Post("v2/account/keys", $"add the SSH key '{name}'").With(new KeyRequest(name, publicKey), ApiJson.Default.KeyRequest) with { Target = name };
        return Part(request, await PageAsync(request, ct), page => page.SshKey);
    }

    /// <summary>Removes a public key from the account; one that is not there is no failure.</summary>
    /// <param name="fingerprint">Its MD5 fingerprint.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>A task that ends with the answer.</returns>
    public Task DeleteKeyAsync(string fingerprint, CancellationToken ct) =>
        _transport.SendAsync(Delete($"v2/account/keys/{Uri.EscapeDataString(fingerprint)}", $"remove the SSH key {fingerprint}", fingerprint), ct);

    /// <summary>Lists droplets.</summary>
    /// <param name="tag">Only those with this tag, or nothing for all of the account. The list lags creations by seconds.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplets in the API's order.</returns>
    public async Task<IReadOnlyList<Droplet>> ListDropletsAsync(string? tag, CancellationToken ct)
    {
        var path = tag is null ? "v2/droplets" : $"v2/droplets?tag_name={Uri.EscapeDataString(tag)}";
        var droplets = await ListAsync(path, tag is null ? "list the droplets" : $"list the droplets with the tag '{tag}'", page => page.Droplets, ct);
        // Whatever is created or removed between two pages moves the others: the same droplet may be on both.
        return [.. droplets.DistinctBy(droplet => droplet.Id).Select(ToDroplet)];
    }

    /// <summary>Counts all droplets of the account.</summary>
    /// <param name="ct">Ends the request.</param>
    /// <returns>How many there are.</returns>
    public async Task<int> CountDropletsAsync(CancellationToken ct)
    {
        var request = Get("v2/droplets?per_page=1", "count the droplets");
        var page = await PageAsync(request, ct);
        return page.Meta?.Total ?? throw Nonsense(request, "the total is missing.");
    }

    /// <summary>Finds a droplet by its number.</summary>
    /// <param name="id">The number.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The droplet, or nothing.</returns>
    public async Task<Droplet?> FindDropletAsync(long id, CancellationToken ct)
    {
        var request = Get(string.Create(CultureInfo.InvariantCulture, $"v2/droplets/{id}"), string.Create(CultureInfo.InvariantCulture, $"find droplet {id}")) with { MayBeMissing = true, Target = id };
        return await _transport.SendAsync(request, ct) is { } body ? ToDroplet(Part(request, Parse(request, body), page => page.Droplet)) : null;
    }

    /// <summary>Asks for a droplet. That the API accepts it does not mean that it will come to be.</summary>
    /// <param name="create">What it is to be.</param>
    /// <param name="ct">Ends the request; whether it was carried out is then unknown.</param>
    /// <returns>The droplet as it is at that moment: new, without addresses.</returns>
    public async Task<Droplet> CreateDropletAsync(DropletCreateRequest create, CancellationToken ct)
    {
        var request = Post("v2/droplets", $"create droplet '{create.Name}'").With(create, ApiJson.Default.DropletCreateRequest) with { Target = create.Name };
        return ToDroplet(Part(request, await PageAsync(request, ct), page => page.Droplet));
    }

    /// <summary>Removes a droplet; one that is gone already is no failure.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>A task that ends with the answer.</returns>
    public Task DeleteDropletAsync(Droplet droplet, CancellationToken ct) =>
        _transport.SendAsync(Delete(string.Create(CultureInfo.InvariantCulture, $"v2/droplets/{droplet.Id}"), $"remove droplet '{droplet.Name}'", droplet), ct);

    /// <summary>Starts a piece of work on a droplet.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="type">What to do, such as <c>power_off</c>.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The work as it is at that moment.</returns>
    public async Task<ApiAction> StartActionAsync(Droplet droplet, string type, CancellationToken ct)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"v2/droplets/{droplet.Id}/actions");
        var request = Post(path, $"{type.Replace('_', ' ')} droplet '{droplet.Name}'").With(new ActionRequest(type), ApiJson.Default.ActionRequest) with { Target = droplet };
        return Part(request, await PageAsync(request, ct), page => page.Action);
    }

    /// <summary>Tells how far a piece of work is.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The work.</returns>
    public async Task<ApiAction> GetActionAsync(long id, CancellationToken ct)
    {
        var request = Get(string.Create(CultureInfo.InvariantCulture, $"v2/actions/{id}"), string.Create(CultureInfo.InvariantCulture, $"describe action {id}")) with { Target = id };
        return Part(request, await PageAsync(request, ct), page => page.Action);
    }

    /// <summary>Gives droplets a tag, which is made when there is none.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="droplets">The droplets.</param>
    /// <param name="ct">Ends the requests.</param>
    /// <returns>A task that ends with the answer.</returns>
    public async Task TagAsync(string tag, IReadOnlyList<Droplet> droplets, CancellationToken ct)
    {
        await _transport.SendAsync(Post("v2/tags", $"make the tag '{tag}'").With(new NamedRequest(tag), ApiJson.Default.NamedRequest) with { Target = tag }, ct);
        await _transport.SendAsync(Resources(HttpMethod.Post, tag, droplets, "put"), ct);
    }

    /// <summary>Takes a tag from droplets.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="droplets">The droplets.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>A task that ends with the answer.</returns>
    public Task UntagAsync(string tag, IReadOnlyList<Droplet> droplets, CancellationToken ct) =>
        _transport.SendAsync(Resources(HttpMethod.Delete, tag, droplets, "take") with { MayBeMissing = true }, ct);

    /// <summary>Removes a tag itself; one that is not there is no failure.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>A task that ends with the answer.</returns>
    public Task DeleteTagAsync(string tag, CancellationToken ct) =>
        _transport.SendAsync(Delete($"v2/tags/{Uri.EscapeDataString(tag)}", $"remove the tag '{tag}'", tag), ct);

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private static string CheckToken(SavedConnection connection) =>
        // Anything else could not stand in a header, and would say so with the token in the message.
        connection.Token.Length > 0 && connection.Token.All(character => character is > ' ' and < '\x7f')
            ? connection.Token
            : throw new DevOpsException(
                "TokenInvalid",
                FailureKind.Unauthorized,
                $"The token of connection '{connection.Name}' is empty or holds characters that no token has.",
                $"Save it again with Connect-DigitalOcean -Name {connection.Name}.",
                connection.Name);

    private static ApiRequest Get(string path, string what) => new(HttpMethod.Get, new Uri(path, UriKind.Relative), what);

    private static ApiRequest Post(string path, string what) => new(HttpMethod.Post, new Uri(path, UriKind.Relative), what);

    private static ApiRequest Delete(string path, string what, object target) =>
        new(HttpMethod.Delete, new Uri(path, UriKind.Relative), what) { MayBeMissing = true, Target = target };

    private static ApiRequest Resources(HttpMethod method, string tag, IReadOnlyList<Droplet> droplets, string verb)
    {
        var names = string.Join(", ", droplets.Select(droplet => droplet.Name));
        var resources = droplets.Select(droplet => new TaggedResource(droplet.Id.ToString(CultureInfo.InvariantCulture), "droplet"));
        return new ApiRequest(method, new Uri($"v2/tags/{Uri.EscapeDataString(tag)}/resources", UriKind.Relative), $"{verb} the tag '{tag}' {(verb == "put" ? "on" : "from")} {names}") { Target = tag }
            .With(new TaggedResources([.. resources]), ApiJson.Default.TaggedResources);
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string path, string what, Func<ApiPage, IReadOnlyList<T>?> part, CancellationToken ct)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var request = Get(string.Create(CultureInfo.InvariantCulture, $"{path}{separator}per_page={PageSize}"), what);
        var all = new List<T>();
        var seen = new HashSet<Uri>();
        while (true)
        {
            var page = await PageAsync(request, ct);
            all.AddRange(Part(request, page, part));
            if (page.Links?.Pages?.Next is not { Length: > 0 } next) return all;
            var address = Uri.TryCreate(Address, next, out var parsed) ? parsed : throw Nonsense(request, $"'{next}' is not the address of a page.");
            if (!ApiAddressRules.IsSameOrigin(address, Address)) throw Nonsense(request, $"its next page is at {address.GetLeftPart(UriPartial.Authority)}, and the token is never sent to another address.");
            if (!seen.Add(address)) throw Nonsense(request, "its pages go in a circle.");
            request = request with { Address = address };
        }
    }

    private async Task<ApiPage> PageAsync(ApiRequest request, CancellationToken ct) =>
        Parse(request, await _transport.SendAsync(request, ct) ?? throw Nonsense(request, "it is empty."));

    private ApiPage Parse(ApiRequest request, byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ApiPage) ?? throw Nonsense(request, "it is empty.");
        }
        catch (JsonException exception)
        {
            throw Nonsense(request, exception.Message, exception);
        }
    }

    private T Part<T>(ApiRequest request, ApiPage page, Func<ApiPage, T?> part)
        where T : class => part(page) ?? throw Nonsense(request, "what was asked for is not in it.");

    private DevOpsException Nonsense(ApiRequest request, string why, Exception? inner = null) => ApiFailures.Nonsense(Address, request.What, why, inner);

    private Droplet ToDroplet(ApiDroplet droplet)
    {
        var tags = droplet.Tags ?? [];
        string? AddressOf(string type) => droplet.Networks?.V4?.FirstOrDefault(address => address.Type == type)?.IpAddress;
        return new Droplet(
            droplet.Id,
            droplet.Name,
            tags.FirstOrDefault(tag => tag.StartsWith(DropletTags.FleetPrefix, StringComparison.Ordinal))?[DropletTags.FleetPrefix.Length..],
            droplet.Status switch
            {
                "new" => DropletStatus.New,
                "active" => DropletStatus.Active,
                "off" => DropletStatus.Off,
                "archive" => DropletStatus.Archive,
                _ => throw ApiFailures.Nonsense(Address, $"describe droplet '{droplet.Name}'", $"'{droplet.Status}' is no status of a droplet."),
            },
            AddressOf("public"),
            AddressOf("private"),
            droplet.Region?.Slug ?? string.Empty,
            droplet.SizeSlug ?? string.Empty,
            droplet.Size?.PriceMonthly ?? 0,
            tags,
            droplet.CreatedAt,
            _connection);
    }
}
