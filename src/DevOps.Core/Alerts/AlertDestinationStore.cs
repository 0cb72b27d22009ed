using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Core.State;

namespace DevOps.Core.Alerts;

/// <summary>
/// The destinations of alerts: one file a destination below <c>alerts/destinations/</c> of the state folder, with the
/// webhook's secret in it and readable by the owner alone.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed partial class AlertDestinationStore(StateFolder state)
{
    private const string Extension = ".json";

    /// <summary>The names of all destinations. Reads none of them.</summary>
    /// <returns>The names in order.</returns>
    public IReadOnlyList<string> Names()
    {
        var folder = state.PathOf(AlertFiles.Folder, AlertFiles.Destinations);
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(IsName)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Saves a destination, over an older one of the same name.</summary>
    /// <param name="destination">The destination with its secret.</param>
    /// <exception cref="DevOpsException"><c>AlertDestinationNameInvalid</c>, <c>StateFolderNotWritable</c>.</exception>
    public void Save(SavedAlertDestination destination)
    {
        CheckName(destination.Name);
        state.Write(FileOf(destination.Name), JsonSerializer.SerializeToUtf8Bytes(destination, AlertJson.Default.SavedAlertDestination));
    }

    /// <summary>Gets a destination with its secret.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The destination.</returns>
    /// <exception cref="DevOpsException"><c>AlertDestinationNotFound</c>, <c>AlertDestinationDamaged</c>.</exception>
    public SavedAlertDestination Get(string name) => Find(name) ?? throw NotFound(name);

    /// <summary>Looks for a destination.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The destination with its secret; nothing when there is none of that name.</returns>
    /// <exception cref="DevOpsException"><c>AlertDestinationNameInvalid</c>, <c>AlertDestinationDamaged</c>.</exception>
    public SavedAlertDestination? Find(string name)
    {
        CheckName(name);
        var file = FileOf(name);
        try
        {
            var found = JsonSerializer.Deserialize(File.ReadAllBytes(file), AlertJson.Default.SavedAlertDestination) ?? throw new JsonException("The file is empty.");
            // A file that was copied or renamed by hand is what it is called.
            return found with { Name = name };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(name, file, exception);
        }
    }

    /// <summary>Forgets a destination and its secret.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>AlertDestinationNotFound</c>, <c>AlertDestinationNameInvalid</c>.</exception>
    public void Remove(string name)
    {
        CheckName(name);
        var file = FileOf(name);
        if (!File.Exists(file)) throw NotFound(name);
        File.Delete(file);
    }

    /// <summary>The failure of a destination that does not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "AlertDestinationNotFound",
        FailureKind.NotFound,
        $"There is no alert destination called '{name}'.",
        "Get-AlertDestination lists the destinations; Add-AlertDestination adds one.",
        name);

    /// <summary>Whether a destination can be called so.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it can.</returns>
    internal static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Refuses what cannot name a destination.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DevOpsException"><c>AlertDestinationNameInvalid</c>.</exception>
    internal static void CheckName(string name)
    {
        if (IsName(name)) return;
        throw new DevOpsException(
            "AlertDestinationNameInvalid",
            FailureKind.InvalidInput,
            $"'{OneLine.Of(name, 80)}' cannot name an alert destination.",
            "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.",
            name);
    }

    private static DevOpsException Damaged(string name, string file, Exception inner) => new(
        "AlertDestinationDamaged",
        FailureKind.OperationFailed,
        // What the reader says about bad JSON can quote it, and the secret is in there.
        $"The alert destination's file '{file}' cannot be read{(inner is JsonException ? " as JSON" : $": {inner.Message}")}.",
        $"Remove-AlertDestination {name}, then add it again with Add-AlertDestination.",
        name,
        inner is JsonException ? null : inner);

    private string FileOf(string name) => state.PathOf(AlertFiles.Folder, AlertFiles.Destinations, name + Extension);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
