using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace DevOps.LocalCloud.Image;

/// <summary>
/// All that decides what is in the droplets' image. Its hash is in the image's name, so an image is built once for a
/// machine and again when the recipe changes.
/// </summary>
internal sealed class ImageRecipe
{
    private static readonly string[] FileNames = ["apt.conf", "cloud.cfg", "customize.sh", "dpkg.cfg", "dpkg.sh", "packages.txt"];

    /// <summary>Makes the recipe for this machine.</summary>
    /// <param name="sources">Where the packages come from.</param>
    /// <param name="acquire">How this machine's apt reaches them (its proxy), as lines of an apt configuration file.</param>
    public ImageRecipe(AptSources sources, string acquire)
    {
        Sources = sources;
        Acquire = acquire;
        Files = FileNames.ToDictionary(name => name, ReadResource, StringComparer.Ordinal);
        var everything = new StringBuilder(sources.Text).Append('\n').Append(acquire);
        foreach (var name in FileNames) everything.Append('\n').Append(name).Append('\n').Append(Files[name]);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(everything.ToString())))[..12];
        ImageName = $"localhost/localcloud-debian-12:{hash}";
    }

    /// <summary>Where the packages come from.</summary>
    public AptSources Sources { get; }

    /// <summary>How apt reaches them.</summary>
    public string Acquire { get; }

    /// <summary>The recipe's files by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>The image's name.</summary>
    public string ImageName { get; }

    /// <summary>The packages, with commas between them.</summary>
    public string Packages => string.Join(',', Files["packages.txt"].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string ReadResource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
