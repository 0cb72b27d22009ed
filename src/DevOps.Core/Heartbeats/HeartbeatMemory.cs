using System.Text.Json;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>How a target was when it was last checked.</summary>
/// <param name="State">How it was.</param>
/// <param name="Since">Since when.</param>
/// <param name="Incident">The incident that an alert told of and no recovery ended; nothing when there is none.</param>
/// <param name="At">When it was checked.</param>
internal sealed record RememberedHeartbeat(HeartbeatState State, DateTimeOffset Since, string? Incident, DateTimeOffset At)
{
    /// <summary>When the incident was last told; nothing when there is none.</summary>
    public DateTimeOffset? ToldAt { get; set; }
}

/// <summary>
/// Remembers from one scheduled check to the next how targets were: <c>heartbeats/memory.json</c> of the state folder. What
/// cannot be read is forgotten: then the next check tells anew what is down.
/// </summary>
/// <param name="state">The installation's state folder.</param>
internal sealed class HeartbeatMemory(StateFolder state)
{
    private const string Folder = "heartbeats";

    /// <summary>The file of the lock that whoever changes the memory holds.</summary>
    public static string[] Lock => [Folder, "memory.lock"];

    /// <summary>The file, which need not exist.</summary>
    public string File => state.PathOf(Folder, "memory.json");

    /// <summary>Tells what is remembered.</summary>
    /// <param name="warn">Hears that it cannot be read.</param>
    /// <returns>How each target was, by <see cref="HeartbeatKey"/>.</returns>
    public Dictionary<string, RememberedHeartbeat> Read(Action<string> warn)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), HeartbeatJson.Default.DictionaryStringRememberedHeartbeat)?
                .Where(entry => entry.Value is not null).ToDictionary(StringComparer.Ordinal) ?? [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            warn($"How targets were when they were last checked cannot be read from '{File}', so what is down now is told anew: {exception.Message}");
            return [];
        }
    }

    /// <summary>Keeps what is remembered.</summary>
    /// <param name="memory">How each target is.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public void Write(Dictionary<string, RememberedHeartbeat> memory) =>
        state.Write(File, JsonSerializer.SerializeToUtf8Bytes(memory, HeartbeatJson.Default.DictionaryStringRememberedHeartbeat));
}
