using System.Text.Json;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Flags.Service;

/// <summary>What is kept here of services: a folder a flag server below <c>flags/services/</c> of the state folder, for its owner alone.</summary>
/// <param name="state">The installation's state folder.</param>
internal sealed class FlagServiceStore(StateFolder state)
{
    private static readonly string[] FolderParts = ["flags", "services"];

    /// <summary>Finds a service.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <returns>The service; nothing when there never was one.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNameInvalid</c>, <c>FeatureFlagServiceSettingsInvalid</c>.</exception>
    public SavedFlagService? Find(string server)
    {
        var file = FileOf(server, "service.json");
        try
        {
            return StateFolder.ReadJson(file, FlagServiceJson.Default.SavedFlagService);
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "FeatureFlagServiceSettingsInvalid",
                FailureKind.OperationFailed,
                $"The file '{file}' of a feature flag service cannot be read: {exception.Message}",
                "Put it back from a backup. Otherwise delete it, start the service again, and give each application a new token.",
                file,
                exception);
        }
    }

    /// <summary>Gets a service.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <returns>The service.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServiceNotFound</c>, and as <see cref="Find"/>.</exception>
    public SavedFlagService Get(string server) => Find(server) ?? throw new DevOpsException(
        "FeatureFlagServiceNotFound",
        FailureKind.NotFound,
        $"Flag server '{server}' has no feature flag service.",
        $"Start-FeatureFlagService {server} starts it.",
        server);

    /// <summary>Saves a service. Whoever does so holds its lock.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <param name="service">The service.</param>
    public void Save(string server, SavedFlagService service) => state.Write(FileOf(server, "service.json"), JsonSerializer.SerializeToUtf8Bytes(service, FlagServiceJson.Default.SavedFlagService));

    /// <summary>Forgets a service, with its tokens. Whoever does so holds its lock, which goes too.</summary>
    /// <param name="server">The flag server's exact name.</param>
    public void Remove(string server)
    {
        FlagServerStore.CheckName(server);
        var folder = state.PathOf([.. FolderParts, server]);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var alone = state.PathOf([.. FolderParts, server + ".lock"]);
        if (File.Exists(alone)) File.Delete(alone);
    }

    /// <summary>Keeps others from changing a service.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The lock.</returns>
    public Task<StateLock> LockAsync(string server, CancellationToken ct)
    {
        FlagServerStore.CheckName(server);
        return StateLock.AcquireAsync(state, [.. FolderParts, server + ".lock"], ct: ct);
    }

    /// <summary>A file of a service.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <param name="name">The file's name.</param>
    /// <returns>Its path.</returns>
    public string FileOf(string server, string name)
    {
        FlagServerStore.CheckName(server);
        return state.PathOf([.. FolderParts, server, name]);
    }
}
