using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Model;

namespace DevOps.Core.State;

/// <summary>
/// The saved connections: one file a connection below <c>connections/</c> of the state folder, which binds an API
/// address to its token, so that a token never goes to another address than the one it was given for.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed partial class ConnectionStore(StateFolder state)
{
    private const string FolderName = "connections";
    private const string SelectedFileName = "selected";

    /// <summary>Lists the saved connections, by name.</summary>
    /// <returns>The connections, without their tokens.</returns>
    public IReadOnlyList<DigitalOceanConnection> List()
    {
        var folder = state.PathOf(FolderName);
        if (!Directory.Exists(folder)) return [];
        var selected = Selected();
        return [.. Directory.EnumerateFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(Read)
            .Select(saved => Describe(saved, selected))];
    }

    /// <summary>Saves a connection, over an older one of the same name.</summary>
    /// <param name="saved">The connection with its token.</param>
    public void Save(SavedConnection saved)
    {
        CheckName(saved.Name);
        state.Write(FileOf(saved.Name), JsonSerializer.SerializeToUtf8Bytes(saved, StateJson.Default.SavedConnection));
    }

    /// <summary>Forgets a connection.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>ConnectionNotFound</c>.</exception>
    public void Remove(string name)
    {
        _ = Get(name);
        // Asked first: a selection whose connection is gone counts as none.
        var isSelected = string.Equals(Selected(), name, StringComparison.Ordinal);
        File.Delete(FileOf(name));
        if (isSelected) File.Delete(state.PathOf(FolderName, SelectedFileName));
        new SeenNames(state, name).Forget();
    }

    /// <summary>Makes a connection the one that is used when none is named.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>ConnectionNotFound</c>.</exception>
    public void Select(string name)
    {
        _ = Get(name);
        state.Write(state.PathOf(FolderName, SelectedFileName), System.Text.Encoding.UTF8.GetBytes(name));
    }

    /// <summary>The name of the selected connection, or nothing.</summary>
    /// <returns>The name; nothing when none was selected or the selected one is gone.</returns>
    public string? Selected()
    {
        var file = state.PathOf(FolderName, SelectedFileName);
        if (!File.Exists(file)) return null;
        var name = File.ReadAllText(file).Trim();
        return NamePattern().IsMatch(name) && File.Exists(FileOf(name)) ? name : null;
    }

    /// <summary>Gets a saved connection with its token.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="DevOpsException"><c>ConnectionNotFound</c>.</exception>
    public SavedConnection Get(string name)
    {
        CheckName(name);
        var file = FileOf(name);
        return File.Exists(file) ? Read(file) : throw NotFound(name);
    }

    /// <summary>The failure of a connection that does not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "ConnectionNotFound",
        FailureKind.NotFound,
        $"There is no connection called '{name}'.",
        "Get-DigitalOcean lists the saved connections; Connect-DigitalOcean saves one.",
        name);

    private static DigitalOceanConnection Describe(SavedConnection saved, string? selected) =>
        new(saved.Name, saved.ApiUri, saved.Account, saved.DropletLimit, string.Equals(saved.Name, selected, StringComparison.Ordinal));

    private static SavedConnection Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), StateJson.Default.SavedConnection)
                ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "ConnectionFileDamaged",
                FailureKind.OperationFailed,
                $"The connection file '{file}' cannot be read: {exception.Message}",
                $"Delete the file, then save the connection again with Connect-DigitalOcean -Name {Path.GetFileNameWithoutExtension(file)}.",
                file,
                exception);
        }
    }

    /// <summary>Refuses what cannot name a connection.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DevOpsException"><c>ConnectionNameInvalid</c>.</exception>
    internal static void CheckName(string name)
    {
        if (NamePattern().IsMatch(name)) return;
        throw new DevOpsException(
            "ConnectionNameInvalid",
            FailureKind.InvalidInput,
            $"'{name}' cannot name a connection.",
            "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.",
            name);
    }

    private string FileOf(string name) => state.PathOf(FolderName, name + ".json");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
