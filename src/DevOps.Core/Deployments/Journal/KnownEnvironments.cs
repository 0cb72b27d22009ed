using System.Text.Json;
using DevOps.Core.Environments;
using DevOps.Core.State;

namespace DevOps.Core.Deployments.Journal;

/// <summary>The environments that an installation has deployed, each as its file said at the last deployment.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class KnownEnvironments(StateFolder state)
{
    private const string FolderName = "environments";
    private const string FileName = "environment.json";

    /// <summary>Remembers an environment.</summary>
    /// <param name="environment">The environment.</param>
    public void Save(EnvironmentDefinition environment) =>
        state.Write(
            state.PathOf(FolderName, environment.Name, FileName),
            JsonSerializer.SerializeToUtf8Bytes(environment, JournalJson.Default.EnvironmentDefinition));

    /// <summary>Lists the environments, by name.</summary>
    /// <returns>The environments.</returns>
    public IReadOnlyList<EnvironmentDefinition> List()
    {
        var folder = state.PathOf(FolderName);
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateDirectories(folder)
            .Select(path => Path.Combine(path, FileName))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Select(Read)];
    }

    /// <summary>Gets an environment.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>.</exception>
    public EnvironmentDefinition Get(string name)
    {
        var file = state.PathOf(FolderName, name, FileName);
        return name == Path.GetFileName(name) && File.Exists(file) ? Read(file) : throw new DevOpsException(
            "EnvironmentNotFound",
            FailureKind.NotFound,
            $"This installation has not deployed an environment called '{name}', and there is no such file.",
            "Give the path of its environment file with -Environment.",
            name);
    }

    /// <summary>Forgets an environment, with its queue.</summary>
    /// <param name="name">Its name.</param>
    internal void Remove(string name) => Directory.Delete(state.PathOf(FolderName, name), recursive: true);

    private static EnvironmentDefinition Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), JournalJson.Default.EnvironmentDefinition) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "EnvironmentRecordDamaged",
                FailureKind.OperationFailed,
                $"What was kept of an environment in '{file}' cannot be read: {exception.Message}",
                "Delete the file; the next deployment writes it anew.",
                file,
                exception);
        }
    }
}
