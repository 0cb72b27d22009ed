using System.Text.Json;
using DevOps.Core.State;

namespace DevOps.Core.Balancing;

/// <summary>Where a balancer's files are in the state folder: <c>balancers/NAME/</c>.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="name">The balancer's name, checked by whoever took it from outside.</param>
public sealed class BalancerFiles(StateFolder state, string name)
{
    /// <summary>The folder below the state folder that holds one folder a balancer.</summary>
    public const string FolderName = "balancers";

    /// <summary>The balancer's folder, which need not exist.</summary>
    public string Folder => state.PathOf(FolderName, name);

    /// <summary>The settings, as JSON.</summary>
    public string SettingsFile => Path.Combine(Folder, "settings.json");

    /// <summary>What happened, one JSON object a line; the id grows from line to line.</summary>
    public string EventsFile => Path.Combine(Folder, "events.jsonl");

    /// <summary>The access log, unless the settings name another file.</summary>
    public string AccessLogFile => Path.Combine(Folder, "access.log");

    /// <summary>The path segments of the lock that whoever changes the settings holds.</summary>
    public string[] LockParts => [FolderName, name, "lock"];

    /// <summary>Reads the settings.</summary>
    /// <returns>The settings; nothing when there is no such balancer.</returns>
    /// <exception cref="DevOpsException"><c>BalancerSettingsInvalid</c>.</exception>
    public BalancerSettings? ReadSettings()
    {
        try
        {
            return StateFolder.ReadJson(SettingsFile, BalancerSettingsJson.Default.BalancerSettings);
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "BalancerSettingsInvalid",
                FailureKind.InvalidInput,
                $"The settings of the balancer '{name}' in '{SettingsFile}' cannot be read: {exception.Message}",
                $"Stop-CanaryBalancer {name} -Remove forgets them; Start-CanaryBalancer makes them anew.",
                SettingsFile,
                exception);
        }
    }

    /// <summary>Writes the settings. Whoever does so holds the lock.</summary>
    /// <param name="settings">The settings.</param>
    public void WriteSettings(BalancerSettings settings) =>
        state.Write(SettingsFile, JsonSerializer.SerializeToUtf8Bytes(settings, BalancerSettingsJson.Default.BalancerSettings));
}
