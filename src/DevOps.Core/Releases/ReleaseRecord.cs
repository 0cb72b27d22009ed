using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Releases;

/// <summary>What is kept of a release beside its artifact.</summary>
/// <param name="Release">The release.</param>
/// <param name="SourceTree">The id that git gives the content of its source folder; equal ids are equal sources.</param>
/// <param name="Definition">The application's definition when it was built.</param>
internal sealed record ReleaseRecord(ApplicationRelease Release, string SourceTree, JsonElement Definition)
{
    /// <summary>Makes a record.</summary>
    /// <param name="release">The release.</param>
    /// <param name="sourceTree">The id of its source's content.</param>
    /// <param name="definition">The application's definition.</param>
    /// <returns>The record.</returns>
    public static ReleaseRecord Create(ApplicationRelease release, string sourceTree, ApplicationDefinition definition) =>
        new(release, sourceTree, JsonElement.Parse(EnvironmentJson.Serialize(definition)));

    /// <summary>Reads the definition, also one that an older version wrote.</summary>
    /// <returns>The definition.</returns>
    public ApplicationDefinition ReadDefinition() => EnvironmentJson.DeserializeApplication(Encoding.UTF8.GetBytes(Definition.GetRawText()));
}

/// <summary>How release records are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ReleaseRecord))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
