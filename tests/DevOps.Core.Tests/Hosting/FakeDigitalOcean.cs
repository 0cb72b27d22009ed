using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Core.State;

namespace DevOps.Core.Tests.Hosting;

/// <summary>What becomes of one creation.</summary>
public enum CreationFate
{
    /// <summary>Made and said so.</summary>
    Made,

    /// <summary>Not made; the API fails.</summary>
    FailedBefore,

    /// <summary>Made; the API fails.</summary>
    FailedAfter,

    /// <summary>Made; the connection breaks.</summary>
    BrokenAfter,

    /// <summary>Refused.</summary>
    Refused,
}

/// <summary>A fake of the API that keeps droplets in memory, lists them late, and fails when it is told to.</summary>
public sealed partial class FakeDigitalOcean : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly List<FakeDroplet> _droplets = [];
    private int _lists;

    /// <summary>Starts the fake.</summary>
    public FakeDigitalOcean() => _server = new LoopbackServer(Answer);

    /// <summary>What becomes of the coming creations; those beyond are made.</summary>
    public Queue<CreationFate> Fates { get; } = new();

    /// <summary>How many lists a new droplet is missing from.</summary>
    public int Lag { get; set; }

    /// <summary>How many droplets the account may have.</summary>
    public int DropletLimit { get; set; } = 25;

    /// <summary>The account's status.</summary>
    public string Status { get; set; } = "active";

    /// <summary>The names of all droplets.</summary>
    public IReadOnlyList<string> Names => [.. _droplets.Select(droplet => droplet.Name)];

    /// <summary>How often a creation was asked for.</summary>
    public int Creations => _server.Requests.Count(request => request is { Method: "POST", Target: "/v2/droplets" });

    /// <summary>All requests.</summary>
    public IReadOnlyList<SeenRequest> Requests => _server.Requests;

    /// <summary>The API's address.</summary>
    public Uri Address => _server.Address;

    /// <summary>Saves a connection to it and selects it.</summary>
    /// <param name="state">Where.</param>
    public void Connect(StateFolder state)
    {
        var store = new ConnectionStore(state);
        store.Save(new SavedConnection("fake", Address, "dop_v1_fake", "someone@example.com", DropletLimit));
        store.Select("fake");
    }

    /// <summary>Adds a droplet that is there already.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tags">Its tags.</param>
    public void Add(string name, params string[] tags) => _droplets.Add(new FakeDroplet(_droplets.Count + 1, name, [.. tags], 0));

    /// <summary>Stops it.</summary>
    /// <returns>A task that ends with it.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ScriptedAnswer Json(int status, object body) => new(status, JsonSerializer.Serialize(body));

    private static object Show(FakeDroplet droplet) => new
    {
        id = droplet.Id,
        name = droplet.Name,
        status = "active",
        created_at = "2026-01-01T00:00:00Z",
        region = new { slug = "nyc3" },
        size_slug = "s-1vcpu-1gb",
        size = new { price_monthly = 6 },
        tags = droplet.Tags,
        // Nobody serves SSH there.
        networks = new { v4 = new[] { new { ip_address = "127.77.77.77", type = "public" } } },
    };

    private ScriptedAnswer Answer(SeenRequest request)
    {
        var path = request.Target.Split('?')[0];
        var droplet = DropletPath().Match(path) is { Success: true } match
            ? _droplets.FirstOrDefault(candidate => candidate.Id == int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture))
            : null;
        return (request.Method, path) switch
        {
            ("GET", "/v2/account") => Json(200, new { account = new { uuid = "u-1", email = "someone@example.com", droplet_limit = DropletLimit, status = Status, status_message = "unpaid" } }),
            ("GET", "/v2/sizes") => Json(200, new { sizes = new[] { Size("s-1vcpu-1gb", 6, "nyc3"), Size("s-8vcpu-16gb", 96, "ams3") } }),
            ("GET", "/v2/regions") => Json(200, new { regions = new[] { new { slug = "nyc3", name = "New York 3", available = true } } }),
            ("GET", "/v2/images") => Json(200, new { images = new[] { new { id = 11, name = "12 x64", distribution = "Debian", slug = "debian-12-x64" } } }),
            ("GET", "/v2/droplets") => List(request.Target),
            ("POST", "/v2/droplets") => Create(request.Body),
            ("GET", _) when droplet is not null => Json(200, new { droplet = Show(droplet) }),
            ("DELETE", _) when droplet is not null && _droplets.Remove(droplet) => new ScriptedAnswer(204),
            ("POST", "/v2/account/keys") => Json(201, new { ssh_key = new { id = 1, name = "n", fingerprint = "f", public_key = "k" } }),
            ("POST", _) => new ScriptedAnswer(204),
            _ => Json(404, new { id = "not_found", message = "The resource you requested could not be found." }),
        };
    }

    private static object Size(string slug, int price, string region) =>
        new { slug, memory = 1024, vcpus = 1, disk = 25, price_monthly = price, price_hourly = 0.01, regions = new[] { region }, available = true };

    private ScriptedAnswer List(string target)
    {
        _lists++;
        var tag = TagQuery().Match(target) is { Success: true } match ? Uri.UnescapeDataString(match.Groups["tag"].Value) : null;
        var shown = _droplets.Where(droplet => droplet.VisibleFrom <= _lists && (tag is null || droplet.Tags.Contains(tag))).Select(Show).ToArray();
        return Json(200, new { droplets = shown, meta = new { total = shown.Length } });
    }

    private ScriptedAnswer Create(string body)
    {
        var fate = Fates.TryDequeue(out var told) ? told : CreationFate.Made;
        if (fate == CreationFate.Refused) return Json(422, new { id = "unprocessable_entity", message = "The image is not available." });
        if (fate == CreationFate.FailedBefore) return new ScriptedAnswer(500);
        using var document = JsonDocument.Parse(body);
        var tags = document.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).ToList();
        var droplet = new FakeDroplet(_droplets.Count + 1, document.RootElement.GetProperty("name").GetString()!, tags, _lists + 1 + Lag);
        _droplets.Add(droplet);
        return fate switch
        {
            CreationFate.FailedAfter => new ScriptedAnswer(502),
            CreationFate.BrokenAfter => ScriptedAnswer.Break,
            _ => Json(202, new { droplet = Show(droplet) }),
        };
    }

    [GeneratedRegex(@"^/v2/droplets/(?<id>\d+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DropletPath();

    [GeneratedRegex("tag_name=(?<tag>[^&]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TagQuery();

    private sealed record FakeDroplet(int Id, string Name, List<string> Tags, int VisibleFrom);
}
