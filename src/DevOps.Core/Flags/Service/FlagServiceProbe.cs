using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>Asks services how they are.</summary>
internal static class FlagServiceProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Asks one.</summary>
    /// <param name="endpoint">Where it is reached from here.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How it is; nothing when nobody answers who is a service.</returns>
    public static async Task<FlagServiceHealth?> AskAsync(Uri endpoint, CancellationToken ct)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Limit };
        try
        {
            using var response = await client.GetAsync(new Uri(endpoint, FlagServiceNames.HealthPath), ct);
            // One without flags says so with 503, and tells as much as the others.
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable)) return null;
            return await response.Content.ReadFromJsonAsync(FlagServiceJson.Default.FlagServiceHealth, ct);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Says how a service is.</summary>
    /// <param name="server">The flag server.</param>
    /// <param name="node">The node.</param>
    /// <param name="uri">Where applications reach it.</param>
    /// <param name="service">Its settings.</param>
    /// <param name="health">What it said; nothing when it did not answer.</param>
    /// <param name="problem">What is known of why it did not.</param>
    /// <returns>How it is.</returns>
    public static FeatureFlagService Describe(string server, string node, Uri uri, SavedFlagService service, FlagServiceHealth? health, string? problem = null)
    {
        // Somebody else's service may be at that port.
        var own = health?.Server == server ? health : null;
        return new FeatureFlagService
        {
            Server = server,
            Node = node,
            Uri = uri,
            State = own?.State ?? FeatureFlagServiceState.Stopped,
            Version = own?.Version,
            FlagCount = own?.Flags,
            Age = own?.Age is { } age ? TimeSpan.FromSeconds(age) : null,
            StartedAt = own?.StartedAt,
            IsPersistent = service.IsPersistent,
            Problem = own is null ? problem : own.Problem,
        };
    }
}
