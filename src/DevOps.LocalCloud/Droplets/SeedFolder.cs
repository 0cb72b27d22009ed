using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DevOps.LocalCloud.Droplets;

/// <summary>What cloud-init reads about its machine. JSON is YAML too.</summary>
/// <param name="InstanceId">The droplet's number; another one would be another machine.</param>
/// <param name="LocalHostname">Its host name.</param>
/// <param name="PublicKeys">The SSH keys that may log in as root.</param>
internal sealed record SeedMetadata(
    [property: JsonPropertyName("instance-id")] string InstanceId,
    [property: JsonPropertyName("local-hostname")] string LocalHostname,
    [property: JsonPropertyName("public-keys")] IReadOnlyList<string> PublicKeys);

/// <summary>How it is written.</summary>
[JsonSerializable(typeof(SeedMetadata))]
internal sealed partial class SeedJson : JsonSerializerContext;

/// <summary>The folders with droplets' first-boot instructions. They can hold secrets, so they are their owner's alone.</summary>
/// <param name="parent">The folder that they are in.</param>
internal sealed class SeedFolder(string parent)
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The folder of a droplet.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <returns>Its full path.</returns>
    public string PathOf(long dropletId) => Path.Combine(parent, dropletId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes a droplet's instructions.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="name">Its name.</param>
    /// <param name="publicKeys">The SSH keys that may log in as root.</param>
    /// <param name="userData">What the user gave, verbatim.</param>
    public void Write(long dropletId, string name, IReadOnlyList<string> publicKeys, string? userData)
    {
        var folder = PathOf(dropletId);
        Directory.CreateDirectory(folder, OwnerFolder);
        var metadata = new SeedMetadata(dropletId.ToString(CultureInfo.InvariantCulture), name, publicKeys);
        WriteFile(Path.Combine(folder, "meta-data"), JsonSerializer.Serialize(metadata, SeedJson.Default.SeedMetadata));
        WriteFile(Path.Combine(folder, "user-data"), userData ?? string.Empty);
    }

    /// <summary>Deletes a droplet's instructions, if there are any.</summary>
    /// <param name="dropletId">The droplet.</param>
    public void Delete(long dropletId)
    {
        var folder = PathOf(dropletId);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static void WriteFile(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerFile };
        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }
}
