using System.Formats.Tar;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>
/// A release as one host gets it: the artifact, which is the same for all, and what was rendered for this host. It is
/// sent as one tar archive, in the order in which <c>receive.sh</c> needs it.
/// </summary>
internal sealed class ReleasePackage
{
    // What a host must have free beyond the release itself, so that it goes on working afterwards.
    private const long SpareKibibytes = 16 * 1024;

    private readonly Func<Stream> _openArtifact;
    private readonly long _artifactSize;
    private readonly long _unpackedSize;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _files;
    private readonly string _unit;
    private readonly string _variables;

    private ReleasePackage(
        ReleaseSeal seal,
        Func<Stream> openArtifact,
        ArtifactContent content,
        long artifactSize,
        IReadOnlyList<KeyValuePair<string, string>> files,
        string unit,
        string variables)
    {
        Seal = seal;
        _openArtifact = openArtifact;
        _artifactSize = artifactSize;
        _unpackedSize = content.UnpackedSize;
        _files = files;
        _unit = unit;
        _variables = variables;
    }

    /// <summary>What the release will say about itself on the host.</summary>
    public ReleaseSeal Seal { get; }

    /// <summary>How much room the host needs for it, in KiB: packed and unpacked for a moment together.</summary>
    public long NeededKibibytes => ((_artifactSize + _unpackedSize) / 1024) + SpareKibibytes;

    /// <summary>Renders a release for one host.</summary>
    /// <param name="release">The release.</param>
    /// <param name="application">Its frozen definition.</param>
    /// <param name="content">What was read from its artifact.</param>
    /// <param name="openArtifact">Opens the artifact.</param>
    /// <param name="droplet">The host.</param>
    /// <param name="services">The environment's services with their droplets.</param>
    /// <param name="secrets">The values of its secrets.</param>
    /// <returns>The package.</returns>
    /// <exception cref="DevOpsException"><c>PlaceholderInvalid</c>, <c>ServiceUnknown</c>, <c>DropletNotReady</c>, <c>ApplicationCommandInvalid</c>.</exception>
    public static ReleasePackage Render(
        ApplicationRelease release,
        ApplicationDefinition application,
        ArtifactContent content,
        Func<Stream> openArtifact,
        Droplet droplet,
        IReadOnlyList<ServiceDroplets> services,
        IReadOnlyDictionary<string, string> secrets)
    {
        string Resolve(Placeholder placeholder) => PlaceholderValues.Resolve(placeholder, application, droplet, services);
        var files = content.Templates
            .Select(template => KeyValuePair.Create(template.Key, Placeholder.Render(template.Value, Resolve)))
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .ToArray();
        var unit = UnitFile.Render(application, release.Environment);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in application.Variables) variables[name] = Placeholder.Render(value, Resolve);
        foreach (var (name, value) in secrets) variables[name] = value;
        variables["APP_PORT"] = application.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        variables["DEVOPS_APPLICATION"] = application.Name;
        variables["DEVOPS_ENVIRONMENT"] = release.Environment;
        variables["DEVOPS_INSTANCE"] = droplet.Name;

        var digest = Digest(unit, UnitVariables.Render(variables), Probe(application), files);
        var seal = new ReleaseSeal(release.Id, application.Name, release.Environment, release.Commit, release.Digest, digest, application.Port, application.Health);

        // After the digest: two releases that differ only in these names are the same to run.
        variables["DEVOPS_RELEASE"] = release.Id;
        variables["DEVOPS_COMMIT"] = release.Commit;
        return new ReleasePackage(seal, openArtifact, content, release.Size, files, unit, UnitVariables.Render(variables));
    }

    /// <summary>Opens the archive that is sent.</summary>
    /// <returns>A stream that makes the archive while it is read; the caller disposes of it.</returns>
    public Stream Open()
    {
        var pipe = new Pipe();
        _ = WriteAsync(pipe.Writer);
        return pipe.Reader.AsStream();
    }

    private static string Probe(ApplicationDefinition application) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{application.Port}\n{application.Health.Path}\n{application.Health.Contains}\n");

    private static string Digest(string unit, string variables, string probe, IReadOnlyList<KeyValuePair<string, string>> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Each part with its length, so that no two different configurations give the same bytes.
        foreach (var part in (IEnumerable<string>)[unit, variables, probe, .. files.SelectMany(file => new[] { file.Key, file.Value })])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task WriteAsync(PipeWriter writer)
    {
        try
        {
            await using var stream = writer.AsStream(leaveOpen: true);
            await using (var archive = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                await WriteAsync(archive, "env", _variables);
                await WriteAsync(archive, "meta/release.json", Encoding.UTF8.GetString(Seal.ToJson()) + "\n");
                await WriteAsync(archive, "meta/digests", $"{Seal.ArtifactDigest} {Seal.ConfigurationDigest}\n");
                await WriteAsync(archive, "meta/probe", $"{Seal.Port}\n{Seal.Health.Path}\n{Seal.Health.Contains}\n");
                await WriteAsync(archive, "meta/unit", _unit);
                foreach (var (path, text) in _files) await WriteAsync(archive, "files/" + path, text);
                await using var artifact = _openArtifact();
                await archive.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "artifact.tar.gz") { DataStream = artifact });
            }

            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            // The reading side rethrows it: whoever sends the archive hears why it could not be made.
            await writer.CompleteAsync(exception);
        }
    }

    private static async Task WriteAsync(TarWriter archive, string path, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await archive.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = content });
    }
}

/// <summary>A service of an environment with the droplets that carry it now.</summary>
/// <param name="Name">The service's name.</param>
/// <param name="Droplets">The droplets of its fleet by name; at least one.</param>
/// <param name="Port">Its port.</param>
internal sealed record ServiceDroplets(string Name, IReadOnlyList<Droplet> Droplets, int Port);
