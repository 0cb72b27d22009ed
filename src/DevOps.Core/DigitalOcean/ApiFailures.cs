using System.Globalization;
using System.Net;
using System.Text.Json;

namespace DevOps.Core.DigitalOcean;

/// <summary>Turns what can go wrong between us and the API into failures that say what to do.</summary>
internal static class ApiFailures
{
    /// <summary>The API said that it failed itself.</summary>
    public const string ServerError = "ApiServerError";

    /// <summary>The connection broke after the request had been sent.</summary>
    public const string ConnectionBroken = "ApiConnectionBroken";

    /// <summary>No answer in time.</summary>
    public const string TimedOut = "ApiTimeout";

    /// <summary>The answer is not what the API's description promises.</summary>
    public const string Unexpected = "ApiAnswerUnexpected";

    /// <summary>Whether the request may have been carried out although it failed.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>Whether only the inventory can tell.</returns>
    public static bool IsAmbiguous(DevOpsException failure) => failure.Id is ServerError or ConnectionBroken or TimedOut or Unexpected;

    /// <summary>The failure that an answer of the API means.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="body">Its body.</param>
    /// <param name="what">What was asked, for people.</param>
    /// <param name="target">The object it is about.</param>
    /// <param name="address">The API's address.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException FromAnswer(HttpStatusCode status, ReadOnlySpan<byte> body, string what, object? target, Uri address)
    {
        var error = ReadError(body);
        var said = string.IsNullOrWhiteSpace(error?.Message) ? $"status {(int)status}" : $"\"{error.Message}\"";
        var request = string.IsNullOrEmpty(error?.RequestId) ? string.Empty : $" (request {error.RequestId})";
        var message = $"The API at {address} refused to {what}: {said}{request}.";
        return (int)status switch
        {
            400 => new("ApiBadRequest", FailureKind.InvalidInput, message, null, target),
            401 => new("ApiUnauthorized", FailureKind.Unauthorized, message, "The token is wrong, expired or revoked. Save a new one with Connect-DigitalOcean.", target),
            403 => new("ApiForbidden", FailureKind.Unauthorized, message, "The token lacks a permission. Make one with read and write access and save it with Connect-DigitalOcean.", target),
            404 => new("ApiNotFound", FailureKind.NotFound, message, "Get-Droplet and Get-DropletFleet list what exists.", target),
            409 => new("ApiConflict", FailureKind.Conflict, message, "Something else is being done to it. Try again in a minute.", target),
            422 => new("ApiUnprocessable", FailureKind.InvalidInput, message, "Change what the message names.", target),
            429 => new("ApiRateLimited", FailureKind.LimitExceeded, message, "Try again later.", target),
            >= 300 and < 400 => new(Unexpected, FailureKind.SecurityError, $"The API at {address} wanted to redirect the request to {what}; the token is never sent to another address.", "Save the right address with Connect-DigitalOcean -ApiUri.", target),
            >= 500 => new(ServerError, FailureKind.Unavailable, $"The API at {address} failed when asked to {what}: {said}{request}.", "Try again; https://status.digitalocean.com tells whether it is a known outage.", target),
            _ => new(Unexpected, FailureKind.OperationFailed, message, null, target),
        };
    }

    /// <summary>The failure of a limit that opens too late to wait for.</summary>
    /// <param name="what">What was asked.</param>
    /// <param name="until">When the API answers again.</param>
    /// <param name="longest">How long was to be waited at most.</param>
    /// <param name="target">The object it is about.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException RateLimited(string what, DateTimeOffset? until, TimeSpan longest, object? target) => new(
        "ApiRateLimited",
        FailureKind.LimitExceeded,
        $"The API's limit of requests is used up; it refused to {what}"
            + (until is { } at ? string.Create(CultureInfo.InvariantCulture, $" until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : string.Empty)
            + string.Create(CultureInfo.InvariantCulture, $", which is longer than the {longest.TotalSeconds:0} seconds that are waited at most."),
        "Try again after that time. Everybody who uses the same token shares the limit.",
        target);

    /// <summary>The failure of a connection that was never made.</summary>
    /// <param name="address">The API's address.</param>
    /// <param name="inner">Why.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException Unreachable(Uri address, Exception inner) => new(
        "ApiUnreachable",
        FailureKind.Unavailable,
        $"The API at {address} cannot be reached: {inner.Message}",
        address.IsLoopback ? "Start the local cloud with Start-LocalCloud, or see its state with Get-LocalCloud." : "Check the network and the address that Get-DigitalOcean shows.",
        address,
        inner);

    /// <summary>The failure of a connection that broke while the answer was awaited.</summary>
    /// <param name="address">The API's address.</param>
    /// <param name="what">What was asked.</param>
    /// <param name="inner">Why.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException Broken(Uri address, string what, Exception inner) => new(
        ConnectionBroken,
        FailureKind.Unavailable,
        $"The connection to the API at {address} broke after it was asked to {what}: {inner.Message}",
        "Whether it was done is unknown; look with Get-Droplet before trying again.",
        address,
        inner);

    /// <summary>The failure of an answer that did not come.</summary>
    /// <param name="address">The API's address.</param>
    /// <param name="what">What was asked.</param>
    /// <param name="limit">How long was waited.</param>
    /// <param name="inner">What ended the wait.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NoAnswer(Uri address, string what, TimeSpan limit, Exception inner) => new(
        TimedOut,
        FailureKind.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"The API at {address} did not answer within {limit.TotalSeconds:0.###} seconds when asked to {what}."),
        "Whether it was done is unknown; look with Get-Droplet before trying again.",
        address,
        inner);

    /// <summary>The failure of an answer that makes no sense.</summary>
    /// <param name="address">The API's address.</param>
    /// <param name="what">What was asked.</param>
    /// <param name="why">What is wrong with the answer.</param>
    /// <param name="inner">What found it out.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException Nonsense(Uri address, string what, string why, Exception? inner = null) => new(
        Unexpected,
        FailureKind.OperationFailed,
        $"What the API at {address} answered when asked to {what} cannot be understood: {why}",
        "Check with Get-DigitalOcean that the address is that of a DigitalOcean API.",
        address,
        inner);

    private static ApiError? ReadError(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.IsEmpty ? null : JsonSerializer.Deserialize(body, ApiJson.Default.ApiError);
        }
        catch (JsonException)
        {
            // A proxy's page, for example: the status alone must do.
            return null;
        }
    }
}
