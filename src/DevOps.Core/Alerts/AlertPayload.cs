using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// An alert as it is sent, with the fields that Standard Webhooks recommends (<c>type</c> and <c>timestamp</c>) beside its own.
/// </summary>
/// <param name="Type"><c>alert.raised</c>, <c>alert.recovered</c> or <c>alert.test</c>.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Id">The alert's id, the same in every attempt.</param>
/// <param name="Incident">The same for an alert, its reminders and its recovery.</param>
/// <param name="Source">What raised it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Summary">What happened.</param>
/// <param name="Cause">Why.</param>
/// <param name="Evidence">What was seen.</param>
internal sealed partial record AlertPayload(
    string Type,
    DateTimeOffset Timestamp,
    string Id,
    string Incident,
    string Source,
    string Subject,
    AlertSeverity Severity,
    string Summary,
    string? Cause,
    string? Evidence)
{
    /// <summary>The source of the alerts that only try a destination.</summary>
    public const string TestSource = "test";

    // The specification wants payloads below 20 kB; a character takes at most 6 bytes in JSON, but hardly ever that many.
    private const int LongestName = 200;
    private const int LongestText = 4_000;

    // A person may read it as it is: quotes and letters stay what they are, unless JSON itself forbids it.
    private static readonly AlertJson Readable = new(new JsonSerializerOptions(AlertJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes an alert as it is sent.</summary>
    /// <param name="alert">The alert.</param>
    /// <returns>JSON in UTF-8, the same bytes for the same alert.</returns>
    public static byte[] Write(Alert alert)
    {
        var type = alert.Severity == AlertSeverity.Recovery ? "alert.recovered" : "alert.raised";
        var payload = new AlertPayload(
            alert.Source == TestSource ? "alert.test" : type,
            alert.At,
            IdOf(alert),
            alert.Incident,
            alert.Source,
            alert.Subject,
            alert.Severity,
            alert.Summary,
            alert.Cause,
            alert.Evidence);
        return JsonSerializer.SerializeToUtf8Bytes(payload, Readable.AlertPayload);
    }

    /// <summary>The id under which an alert is sent. It stands in a header and in what is signed, so it may hold no dots or blanks.</summary>
    /// <param name="alert">The alert.</param>
    /// <returns>The alert's own id, or a digest of one that cannot be sent.</returns>
    public static string IdOf(Alert alert) =>
        IdPattern().IsMatch(alert.Id) ? alert.Id : Digest(alert.Id);

    /// <summary>Cuts what an alert says to what a payload may hold.</summary>
    /// <param name="alert">The alert.</param>
    /// <returns>The alert, cut.</returns>
    public static Alert Cut(Alert alert) => alert with
    {
        // What identifies is not cut: two that begin alike would become one.
        Id = alert.Id.Length <= LongestName ? alert.Id : Digest(alert.Id),
        Incident = alert.Incident.Length <= LongestName ? alert.Incident : Digest(alert.Incident),
        Source = Cut(alert.Source, LongestName),
        Subject = Cut(alert.Subject, LongestName),
        Summary = Cut(alert.Summary, LongestText),
        Cause = alert.Cause is null ? null : Cut(alert.Cause, LongestText),
        Evidence = alert.Evidence is null ? null : Cut(alert.Evidence, LongestText),
    };

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : text[..(char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1)] + "…";

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,200}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdPattern();
}
