using System.Globalization;
using System.Text;
using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>Reads a line of <c>journalctl --output json</c>.</summary>
internal static class JournalLine
{
    private const int TicksPerMicrosecond = 10;

    /// <summary>Reads a line.</summary>
    /// <param name="instance">The droplet's name.</param>
    /// <param name="json">The line.</param>
    /// <returns>The entry; nothing when the line has no message.</returns>
    public static ApplicationLogEntry? Read(string instance, string json)
    {
        if (string.IsNullOrWhiteSpace(json)) return null;
        using var document = JsonDocument.Parse(json);
        var fields = document.RootElement;
        if (!fields.TryGetProperty("MESSAGE", out var message)) return null;
        var microseconds = long.Parse(fields.GetProperty("__REALTIME_TIMESTAMP").GetString()!, CultureInfo.InvariantCulture);
        return new ApplicationLogEntry(instance, DateTimeOffset.UnixEpoch.AddTicks(microseconds * TicksPerMicrosecond), Text(message));
    }

    // What is not clean text comes as a list of bytes, and what is too large comes as null.
    private static string Text(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => message.GetString()!,
        JsonValueKind.Array => Encoding.UTF8.GetString([.. message.EnumerateArray().Select(value => value.GetByte())]),
        _ => string.Empty,
    };
}
