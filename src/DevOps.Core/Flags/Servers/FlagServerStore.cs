using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Core.State;

namespace DevOps.Core.Flags.Servers;

/// <summary>
/// The servers of feature flags that this installation knows: one file a server below <c>flags/servers/</c> of the state
/// folder, for its owner alone, with the passwords in it.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed partial class FlagServerStore(StateFolder state)
{
    private const string Ending = ".json";

    private static readonly string[] FolderParts = ["flags", "servers"];

    /// <summary>The state folder.</summary>
    public StateFolder State => state;

    private string SelectionFile => state.PathOf("flags", "selected");

    /// <summary>Lists the names of the servers.</summary>
    /// <returns>The names, in order.</returns>
    public IReadOnlyList<string> Names()
    {
        var folder = state.PathOf(FolderParts);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Ending).Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => NamePattern().IsMatch(name)).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Finds a server.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The server; nothing when there is none of that name.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNameInvalid</c>, <c>FeatureFlagServerFileDamaged</c>.</exception>
    public SavedFlagServer? Find(string name)
    {
        CheckName(name);
        var file = FileOf(name);
        return File.Exists(file) ? Read(file) : null;
    }

    /// <summary>Gets a server.</summary>
    /// <param name="name">Its exact name; nothing for the selected one, else the only one.</param>
    /// <returns>The server.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerNotSelected</c>, and as <see cref="Find"/>.</exception>
    public SavedFlagServer Get(string? name = null)
    {
        var chosen = name ?? Selected() ?? throw NotSelected();
        return Find(chosen) ?? throw new DevOpsException(
            "FeatureFlagServerNotFound",
            FailureKind.NotFound,
            $"There is no feature flag server called '{chosen}'.",
            "Get-FeatureFlagServer lists them; Install-FeatureFlagServer installs one on a fleet, and Connect-FeatureFlagServer names one that is there.",
            chosen);
    }

    /// <summary>Saves a server, over an older one of the same name.</summary>
    /// <param name="server">The server.</param>
    public void Save(SavedFlagServer server)
    {
        CheckName(server.Name);
        state.Write(FileOf(server.Name), JsonSerializer.SerializeToUtf8Bytes(server, FlagServerJson.Default.SavedFlagServer));
    }

    /// <summary>Forgets a server and its passwords.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>.</exception>
    public void Remove(string name)
    {
        _ = Get(name);
        Unselect(name);
        File.Delete(FileOf(name));
    }

    /// <summary>Makes a server the one that is used when none is named.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>.</exception>
    public void Select(string name)
    {
        _ = Get(name);
        state.Write(SelectionFile, Encoding.UTF8.GetBytes(name));
    }

    /// <summary>Selects a server no more.</summary>
    /// <param name="name">Its exact name; nothing happens when it is not selected.</param>
    public void Unselect(string name)
    {
        if (ReadSelection() == name) File.Delete(SelectionFile);
    }

    /// <summary>The name of the server that is used when none is named.</summary>
    /// <returns>The selected one, else the only one there is; nothing when there are none or several.</returns>
    public string? Selected() => ReadSelection() ?? (Names() is [var only] ? only : null);

    /// <summary>Refuses what cannot name a server.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNameInvalid</c>.</exception>
    public static void CheckName(string name)
    {
        if (NamePattern().IsMatch(name)) return;
        throw new DevOpsException(
            "FeatureFlagServerNameInvalid",
            FailureKind.InvalidInput,
            $"'{name}' cannot name a feature flag server.",
            "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.",
            name);
    }

    private static SavedFlagServer Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), FlagServerJson.Default.SavedFlagServer) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "FeatureFlagServerFileDamaged",
                FailureKind.OperationFailed,
                $"The file '{file}' of a feature flag server cannot be read: {exception.Message}",
                // The file alone has the passwords; without it the nodes get new ones, which a repeated installation does.
                "Put it back from a backup. Otherwise delete it, and run Install-FeatureFlagServer again: the data stays, the passwords become new ones.",
                file,
                exception);
        }
    }

    private string? ReadSelection()
    {
        if (!File.Exists(SelectionFile)) return null;
        var name = File.ReadAllText(SelectionFile).Trim();
        return NamePattern().IsMatch(name) && File.Exists(FileOf(name)) ? name : null;
    }

    private DevOpsException NotSelected() => Names() is { Count: > 0 } names
        ? new DevOpsException(
            "FeatureFlagServerNotSelected",
            FailureKind.InvalidInput,
            $"There are several feature flag servers and none is selected: {string.Join(", ", names)}.",
            $"Select one with Connect-FeatureFlagServer, for example Connect-FeatureFlagServer -Name {names[0]}, or name it.")
        : new DevOpsException(
            "FeatureFlagServerNotSelected",
            FailureKind.NotFound,
            "There is no feature flag server yet.",
            "Install-FeatureFlagServer -Fleet FLEET installs one on a fleet, and Connect-FeatureFlagServer -Uri redis://HOST:PORT names one that is there.");

    private string FileOf(string name) => state.PathOf([.. FolderParts, name + Ending]);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
