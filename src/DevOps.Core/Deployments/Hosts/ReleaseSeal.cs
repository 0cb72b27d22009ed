using System.Text.Json;
using System.Text.Json.Serialization;
using DevOps.Core.Environments;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>
/// What a sealed release says about itself on its host (<c>.devops/release.json</c>). Two releases with equal digests
/// are the same to run, whatever their ids.
/// </summary>
/// <param name="Release">The release's id.</param>
/// <param name="Application">The application.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Commit">The commit that it was built from.</param>
/// <param name="ArtifactDigest">SHA-256 of the artifact.</param>
/// <param name="ConfigurationDigest">SHA-256 of all that was rendered for this host: unit, variables, templates and what is asked of its health.</param>
/// <param name="Port">The port at which it listens.</param>
/// <param name="Health">How it proves that it serves.</param>
public sealed record ReleaseSeal(
    string Release,
    string Application,
    string Environment,
    string Commit,
    string ArtifactDigest,
    string ConfigurationDigest,
    int Port,
    HealthCheckDefinition Health)
{
    /// <summary>Whether running one is the same as running the other.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Whether artifact and configuration are equal.</returns>
    public bool RunsLike(ReleaseSeal? other) =>
        other is not null && ArtifactDigest == other.ArtifactDigest && ConfigurationDigest == other.ConfigurationDigest;

    /// <summary>Writes it as JSON on one line.</summary>
    /// <returns>UTF-8 JSON.</returns>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReleaseSealJson.Default.ReleaseSeal);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The seal.</returns>
    /// <exception cref="JsonException">It is not a seal.</exception>
    internal static ReleaseSeal FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ReleaseSealJson.Default.ReleaseSeal) ?? throw new JsonException("The file is empty.");
}

/// <summary>How seals are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReleaseSeal))]
internal sealed partial class ReleaseSealJson : JsonSerializerContext;
