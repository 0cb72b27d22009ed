using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Core.State;

namespace DevOps.Core.Flags.Servers;

/// <summary>The feature flag servers that this installation knows: one file a server below <c>flags/servers/</c> of the state folder, which only its owner can read.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed partial class FlagServerStore(StateFolder state)
{
    private const string Folder = "flags/servers";

    private const string Extension = ".json";

    private const string SelectedFile = "selected";

    /// <summary>The names of all servers.</summary>
    /// <returns>The names in order.</returns>
    public IReadOnlyList<string> Names()
    {
        var folder = state.PathOf(Folder);
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => NamePattern().IsMatch(name)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Keeps a server, in the place of one of the same name.</summary>
    /// <param name="server">The server.</param>
    public void Save(FlagServerAddress server)
    {
        if (!NamePattern().IsMatch(server.Name))
        {
            throw new DevOpsException("FeatureFlagServerNameInvalid", FailureKind.InvalidInput, $"'{server.Name}' cannot name a feature flag server.", "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.", server.Name);
        }

        state.Write(FileOf(server.Name), JsonSerializer.SerializeToUtf8Bytes(server, FlagServerJson.Default.FlagServerAddress));
    }

    /// <summary>Gets a server.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The server with its password.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerFileDamaged</c>.</exception>
    public FlagServerAddress Get(string name)
    {
        if (!NamePattern().IsMatch(name) || !File.Exists(FileOf(name))) throw NotFound(name);
        try
        {
            // A file that was copied or renamed by hand is what it is called.
            return (JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(name)), FlagServerJson.Default.FlagServerAddress) ?? throw new JsonException("The file is empty.")) with { Name = name };
        }
        catch (JsonException failure)
        {
            throw new DevOpsException(
                "FeatureFlagServerFileDamaged",
                FailureKind.OperationFailed,
                $"The file '{FileOf(name)}' cannot be read: {failure.Message}",
                $"Connect-FeatureFlagServer {name} writes it anew.",
                name,
                failure);
        }
    }

    /// <summary>Gets the server that somebody names, or the selected one.</summary>
    /// <param name="name">Its exact name; nothing for the selected one.</param>
    /// <returns>The server with its password.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerMissing</c>, <c>FeatureFlagServerFileDamaged</c>.</exception>
    public FlagServerAddress GetOrSelected(string? name) => Get(name ?? Selected() ?? throw new DevOpsException(
        "FeatureFlagServerMissing",
        FailureKind.NotFound,
        "No feature flag server is selected.",
        "Connect-FeatureFlagServer names and selects one; or give its name with -Server."));

    /// <summary>Makes a server the one that is used when none is named.</summary>
    /// <param name="name">Its exact name.</param>
    public void Select(string name) => state.Write(state.PathOf(Folder, SelectedFile), Encoding.UTF8.GetBytes(Get(name).Name));

    /// <summary>The selected server.</summary>
    /// <returns>Its name; nothing when none was selected, or when it is gone.</returns>
    public string? Selected()
    {
        var file = state.PathOf(Folder, SelectedFile);
        if (!File.Exists(file)) return null;
        var name = File.ReadAllText(file).Trim();
        return NamePattern().IsMatch(name) && File.Exists(FileOf(name)) ? name : null;
    }

    /// <summary>Forgets a server. The server itself is not touched.</summary>
    /// <param name="name">Its exact name.</param>
    public void Remove(string name)
    {
        if (!NamePattern().IsMatch(name) || !File.Exists(FileOf(name))) throw NotFound(name);
        if (Selected() == name) File.Delete(state.PathOf(Folder, SelectedFile));
        File.Delete(FileOf(name));
    }

    /// <summary>Says that there is no such server.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "FeatureFlagServerNotFound",
        FailureKind.NotFound,
        $"There is no feature flag server '{name}'.",
        "Get-FeatureFlagServer shows all that are known; Connect-FeatureFlagServer names one.",
        name);

    private string FileOf(string name) => state.PathOf(Folder, name + Extension);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
