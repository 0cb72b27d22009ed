using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevOps.Core.State;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>Where the monitor's files are in the state folder: <c>heartbeats/</c>.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class MonitorFiles(StateFolder state)
{
    private const string FolderName = "heartbeats";
    private const int TokenBytes = 24;

    /// <summary>The settings, as JSON.</summary>
    public string SettingsFile => state.PathOf(FolderName, "monitor.json");

    /// <summary>The token that the page asks for when others than this machine reach it.</summary>
    public string TokenFile => state.PathOf(FolderName, "monitor.token");

    /// <summary>The targets that it knew last, so that a start does not wait for the cloud.</summary>
    public string KnownTargetsFile => state.PathOf(FolderName, "known-targets.json");

    /// <summary>The history.</summary>
    public string HistoryFile => state.PathOf(FolderName, "history.db");

    /// <summary>The path segments of the lock that whoever changes the settings holds.</summary>
    public static string[] LockParts => [FolderName, "monitor.lock"];

    /// <summary>Reads the settings.</summary>
    /// <returns>The settings; nothing when there was never a monitor.</returns>
    /// <exception cref="DevOpsException"><c>MonitorSettingsInvalid</c>.</exception>
    public MonitorSettings? ReadSettings()
    {
        try
        {
            return StateFolder.ReadJson(SettingsFile, MonitorJson.Default.MonitorSettings);
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "MonitorSettingsInvalid",
                FailureKind.InvalidInput,
                $"The settings of the heartbeat monitor in '{SettingsFile}' cannot be read: {exception.Message}",
                "Delete the file; Start-HeartbeatMonitor makes it anew.",
                SettingsFile,
                exception);
        }
    }

    /// <summary>Writes the settings. Whoever does so holds the lock.</summary>
    /// <param name="settings">The settings.</param>
    internal void WriteSettings(MonitorSettings settings) =>
        state.Write(SettingsFile, JsonSerializer.SerializeToUtf8Bytes(settings, MonitorJson.Default.MonitorSettings));

    /// <summary>Deletes all of them, once no process uses them, with what is remembered of incidents. Whoever does so holds the locks, which go too.</summary>
    internal void Delete()
    {
        // What SQLite keeps beside a database is called like it.
        string[] files = [HistoryFile, HistoryFile + "-wal", HistoryFile + "-shm", KnownTargetsFile, TokenFile, SettingsFile, state.PathOf(LockParts), new HeartbeatMemory(state).File, state.PathOf(HeartbeatMemory.Lock)];
        foreach (var file in files)
        {
            if (File.Exists(file)) File.Delete(file);
        }
    }

    /// <summary>Reads the token, and makes one when there is none.</summary>
    /// <returns>The token.</returns>
    public string Token()
    {
        if (!File.Exists(TokenFile)) state.Write(TokenFile, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)) + "\n"));
        return File.ReadAllText(TokenFile).Trim();
    }
}
