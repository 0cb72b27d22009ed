using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DevOps.LocalCloud.Api;
using DevOps.LocalCloud.Droplets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.LocalCloud.Tests.Hosting;

/// <summary>An answer of the API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, when there is one.</param>
/// <param name="Headers">The headers.</param>
internal sealed record ApiAnswer(int Status, JsonNode? Body, HttpResponseHeaders Headers)
{
    /// <summary>The error's word.</summary>
    public string? ErrorId => Body?["id"]?.GetValue<string>();

    /// <summary>The error's sentence.</summary>
    public string? ErrorMessage => Body?["message"]?.GetValue<string>();

    /// <summary>A header's value.</summary>
    /// <param name="name">The header.</param>
    /// <returns>Its value; nothing when it is not there.</returns>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;
}

/// <summary>The real API on a free loopback port, on a fake in the place of Podman, with a state folder of its own.</summary>
internal sealed class CloudFixture : IAsyncDisposable
{
    public const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFUwnTNiC00rcxpz7sSZFACP0KizFJNyHC1w5QiLaoqA somebody";
    public const string Fingerprint = "8d:b1:c5:aa:3e:52:f7:b7:ba:d4:e2:dd:de:04:7c:ea";

    private readonly CloudSettings _settings;
    private WebApplication _application = null!;
    private HttpClient _http = null!;

    private CloudFixture(CloudSettings settings) => _settings = settings;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FakeContainerEngine Engine { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public CloudStore Store { get; private set; } = null!;

    public string Folder => _settings.Folder;

    public string? Token { get; set; }

    public static async Task<CloudFixture> StartAsync(Func<CloudSettings, CloudSettings>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("localcloud-test-").FullName;
        var settings = new CloudSettings(folder, Port: 0, SocketFile: string.Empty);
        var fixture = new CloudFixture(change is null ? settings : change(settings));
        await fixture.OpenAsync();
        return fixture;
    }

    /// <summary>Ends the process' part and begins it again on the same state and the same containers.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    /// <summary>Waits until all background work is done.</summary>
    public Task SettleAsync() => _application.Services.GetRequiredService<DropletWork>().WhenIdleAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body);

    public Task<ApiAnswer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return new ApiAnswer((int)answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), answer.Headers);
    }

    /// <summary>A request for one droplet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="change">Changes the request.</param>
    /// <returns>The body.</returns>
    public static string Order(string name, Action<JsonObject>? change = null)
    {
        var order = new JsonObject { ["name"] = name, ["size"] = "s-1vcpu-1gb", ["image"] = "debian-12-x64", ["region"] = "fra1" };
        change?.Invoke(order);
        return order.ToJsonString();
    }

    /// <summary>Makes a droplet and waits until it is active.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tags">Its tags.</param>
    /// <returns>Its number.</returns>
    public async Task<long> CreateActiveAsync(string name, params string[] tags)
    {
        var answer = await PostAsync("/v2/droplets", Order(name, order => order["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))])));
        Assert.Equal(202, answer.Status);
        await SettleAsync();
        return answer.Body!["droplet"]!["id"]!.GetValue<long>();
    }

    public async ValueTask DisposeAsync()
    {
        Engine.Release();
        await CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task OpenAsync()
    {
        Store = CloudStore.Open(Folder);
        var networks = await Engine.EnsureNetworksAsync(Store.Current.Networks, Cancellation);
        Store.Change(state => state with { Networks = networks });
        _application = CloudApi.Build(_settings, Store, Engine, Time);
        await _application.Services.GetRequiredService<DropletService>().ReconcileAsync(Cancellation);
        await _application.StartAsync(Cancellation);
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
        Token = Store.Current.Token;
    }

    private async Task CloseAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
    }
}
