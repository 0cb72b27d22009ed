using System.Formats.Tar;
using System.IO.Compression;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Tests.Releases;

/// <summary>A repository, a state folder and a store, and what a test says about builds in few words.</summary>
public sealed class BuildFixture : IDisposable, IProgress<OperationMessage>
{
    private readonly List<OperationMessage> _messages = [];

    /// <summary>Makes all of it.</summary>
    public BuildFixture()
    {
        State = StateFolder.Open(Path.Combine(Git.Root, "state"));
        BuildRoot = Path.Combine(Git.Root, "builds");
        Store = new ReleaseStore(State, BuildRoot);
    }

    /// <summary>The repository.</summary>
    public GitFolder Git { get; } = new();

    /// <summary>The state folder.</summary>
    public StateFolder State { get; }

    /// <summary>The place of build folders.</summary>
    public string BuildRoot { get; }

    /// <summary>The store.</summary>
    public ReleaseStore Store { get; }

    /// <summary>What builds wrote, line by line.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_messages) return [.. _messages.OfType<InformationMessage>().Select(message => message.Text)];
        }
    }

    /// <summary>The warnings.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_messages) return [.. _messages.OfType<WarningMessage>().Select(message => message.Text)];
        }
    }

    /// <summary>An application whose source is the folder app.</summary>
    /// <param name="build">Its build command.</param>
    /// <returns>The definition.</returns>
    public static ApplicationDefinition Application(string? build) => new() { Name = "shop", Fleet = "web", Source = "app", Command = "/bin/true", Port = 80, Build = build };

    /// <summary>An environment with one application and a service called db.</summary>
    /// <param name="application">The application.</param>
    /// <returns>The definition.</returns>
    public static EnvironmentDefinition Environment(ApplicationDefinition application) =>
        new("production", "/srv/production.psd1", Connection: null, [new ServiceDefinition("db", "data", 3306)], [application]);

    /// <summary>Builds.</summary>
    /// <param name="application">The application.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="rebuild">Whether to build again.</param>
    /// <param name="ct">Ends the build; the test's own token when nothing.</param>
    /// <returns>The release.</returns>
    public Task<ApplicationRelease> BuildAsync(ApplicationDefinition application, string commit = "HEAD", bool rebuild = false, CancellationToken? ct = null) =>
        Store.BuildAsync(Environment(application), application, Git.Path, commit, "tester", rebuild, this, ct ?? TestContext.Current.CancellationToken);

    /// <summary>Builds what has no build command but that of the test.</summary>
    /// <param name="build">The command.</param>
    /// <returns>The release.</returns>
    public Task<ApplicationRelease> BuildAsync(string? build) => BuildAsync(Application(build));

    /// <summary>Reads a release's artifact.</summary>
    /// <param name="release">The release.</param>
    /// <returns>Its entries with their content.</returns>
    public IReadOnlyList<(TarEntry Entry, string Content)> Unpack(ApplicationRelease release)
    {
        using var artifact = new GZipStream(Store.OpenArtifact(release), CompressionMode.Decompress);
        using var archive = new TarReader(artifact);
        var entries = new List<(TarEntry Entry, string Content)>();
        while (archive.GetNextEntry(copyData: true) is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
            entries.Add((entry, reader.ReadToEnd()));
        }

        return entries;
    }

    /// <summary>The content of one file of a release.</summary>
    /// <param name="release">The release.</param>
    /// <param name="name">The file.</param>
    /// <returns>Its content.</returns>
    public string Read(ApplicationRelease release, string name) => Assert.Single(Unpack(release), entry => entry.Entry.Name == name).Content;

    /// <summary>The folders of builds that are still there.</summary>
    /// <returns>Their names.</returns>
    public IEnumerable<string> LeftFolders() => Directory.Exists(BuildRoot) ? Directory.EnumerateFileSystemEntries(BuildRoot) : [];

    /// <inheritdoc/>
    public void Report(OperationMessage value)
    {
        lock (_messages) _messages.Add(value);
    }

    /// <inheritdoc/>
    public void Dispose() => Git.Dispose();
}
