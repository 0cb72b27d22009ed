using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Releases;

/// <summary>
/// The releases of an installation, below <c>releases/</c> of its state folder: artifacts by their content
/// (<c>artifacts/SHA256.tar.gz</c>) and one record a release (<c>APPLICATION/ID.json</c>) with the frozen definition.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="buildRoot">Where builds get their folders; the machine's cache for root and the user's for others when nothing.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class ReleaseStore(StateFolder state, string? buildRoot = null, TimeProvider? time = null)
{
    private const string FolderName = "releases";
    private const string ArtifactsName = "artifacts";
    private const string RecordSuffix = ".json";
    private const int CommitDigits = 12;
    private const string UnfinishedSuffix = ".new";
    private const int DigestDigits = 8;

    // Packing and laying out, beside the build itself.
    private static readonly TimeSpan WorkBesideBuild = TimeSpan.FromMinutes(5);

    private static readonly string[] StoreLock = [FolderName, "store.lock"];

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// Builds an application at a commit and keeps the result, or gives the release that is already there: the same
    /// commit with the same definition is built once. Commits whose source folder has the same content share one build.
    /// </summary>
    /// <param name="environment">The environment that the application belongs to.</param>
    /// <param name="application">The application.</param>
    /// <param name="repository">The git repository's folder, bare or not.</param>
    /// <param name="commit">Anything that git takes for a commit.</param>
    /// <param name="createdBy">Who has it built.</param>
    /// <param name="progress">Hears the build's output, line by line.</param>
    /// <param name="ct">Ends the build.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException">
    /// <c>BuildFailed</c>, <c>BuildTimedOut</c>, <c>ArtifactNotFound</c>, <c>ArtifactInvalid</c>, <c>TemplateInvalid</c>,
    /// <c>CommitNotFound</c>, <c>SourceNotFound</c>, <c>RepositoryNotFound</c> and what docs/errors.md lists beside them.
    /// </exception>
    public Task<ApplicationRelease> BuildAsync(
        EnvironmentDefinition environment,
        ApplicationDefinition application,
        string repository,
        string commit,
        string createdBy,
        IProgress<OperationMessage> progress,
        CancellationToken ct) => BuildAsync(environment, application, repository, commit, createdBy, rebuild: false, progress, ct);

    /// <summary>Builds an application at a commit and keeps the result.</summary>
    /// <param name="environment">The environment that the application belongs to.</param>
    /// <param name="application">The application.</param>
    /// <param name="repository">The git repository's folder, bare or not.</param>
    /// <param name="commit">Anything that git takes for a commit.</param>
    /// <param name="createdBy">Who has it built.</param>
    /// <param name="rebuild">Whether to run the build even where its result is there already.</param>
    /// <param name="progress">Hears the build's output, line by line.</param>
    /// <param name="ct">Ends the build.</param>
    /// <returns>The release; the one that is already there when a build gives the very same artifact again.</returns>
    /// <exception cref="DevOpsException">As for the other form.</exception>
    public async Task<ApplicationRelease> BuildAsync(
        EnvironmentDefinition environment,
        ApplicationDefinition application,
        string repository,
        string commit,
        string createdBy,
        bool rebuild,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        var git = await GitRepository.OpenAsync(repository, ct);
        var source = await git.FindAsync(commit, application.Source, ct);
        await using var turn = await WaitForTurnAsync(application, progress, ct);
        var existing = rebuild ? null : FindBuilt(environment, application, source);
        if (existing is not null)
        {
            progress.Report(new VerboseMessage($"{application.Name} at commit {source.Commit[..CommitDigits]} is built already: release {existing.Id}."));
            return existing;
        }

        var activity = $"Building {application.Name}";
        progress.Report(new ProgressMessage(activity, null, $"commit {source.Commit[..CommitDigits]}"));
        try
        {
            await using var artifact = (rebuild ? null : FindSameSource(application, source, progress)) ?? await BuildArtifactAsync(application, git, source, progress, ct);
            await TemplateCheck.VerifyAsync(artifact.Content, application, environment.Services, ct);
            return await KeepAsync(environment, application, source, artifact, createdBy, ct);
        }
        finally
        {
            progress.Report(new ProgressMessage(activity, null, "done", IsCompleted: true));
        }
    }

    /// <summary>Removes the oldest releases of an environment's application, and artifacts that no release refers to any more.</summary>
    /// <param name="environment">The environment's name; another one's releases of the same application stay.</param>
    /// <param name="application">The application's name.</param>
    /// <param name="keep">How many releases to keep beside those in use.</param>
    /// <param name="inUse">The ids of releases that some instance serves or may go back to.</param>
    /// <param name="ct">Ends the wait for a build that is under way.</param>
    /// <returns>The releases that were removed.</returns>
    public Task<IReadOnlyList<ApplicationRelease>> RemoveOldAsync(string environment, string application, int keep, IReadOnlySet<string> inUse, CancellationToken ct) =>
        RemoveAsync(application, releases => releases.Where(release => release.Environment == environment && !inUse.Contains(release.Id)).Skip(keep), ct);

    /// <summary>Removes all releases of an environment, and artifacts that no release refers to any more.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="ct">Ends the wait for a build that is under way.</param>
    /// <returns>The releases that were removed.</returns>
    public async Task<IReadOnlyList<ApplicationRelease>> RemoveEnvironmentAsync(string environment, CancellationToken ct)
    {
        var removed = new List<ApplicationRelease>();
        bool IsOfIt(ApplicationRelease release) => string.Equals(release.Environment, environment, StringComparison.Ordinal);
        foreach (var application in List().Where(IsOfIt).Select(release => release.Application).Distinct(StringComparer.Ordinal).ToList())
        {
            removed.AddRange(await RemoveAsync(application, releases => releases.Where(IsOfIt), ct));
        }

        return removed;
    }

    /// <summary>Removes what killed builds left on this machine.</summary>
    /// <param name="progress">Hears what could not be removed.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends when it is done. Builds that are alive are left alone.</returns>
    public Task TidyBuildsAsync(IProgress<OperationMessage> progress, CancellationToken ct) =>
        BuildFolder.TidyAsync(buildRoot ?? BuildFolder.DefaultRoot(), progress, ct);

    /// <summary>Lists all releases, by application and then newest first.</summary>
    /// <returns>The releases.</returns>
    /// <exception cref="DevOpsException"><c>ReleaseRecordDamaged</c>.</exception>
    public IReadOnlyList<ApplicationRelease> List() => [.. Records().Select(record => record.Release)
        .OrderBy(release => release.Application, StringComparer.Ordinal)
        .ThenByDescending(release => release.CreatedAt)
        .ThenBy(release => release.Id, StringComparer.Ordinal)];

    /// <summary>Gets a release.</summary>
    /// <param name="application">The application's name.</param>
    /// <param name="id">The release's id.</param>
    /// <returns>The release.</returns>
    /// <exception cref="DevOpsException"><c>ReleaseNotFound</c>, <c>ReleaseRecordDamaged</c>.</exception>
    public ApplicationRelease Get(string application, string id) => Read(application, id).Release;

    /// <summary>Gets the definition that a release froze.</summary>
    /// <param name="release">The release.</param>
    /// <returns>The application's definition when it was built.</returns>
    /// <exception cref="DevOpsException"><c>ReleaseNotFound</c>, <c>ReleaseRecordDamaged</c>.</exception>
    public ApplicationDefinition Definition(ApplicationRelease release) => Read(release.Application, release.Id).ReadDefinition();

    /// <summary>Opens a release's artifact, a gzipped tar archive, after verifying it against its digest.</summary>
    /// <param name="release">The release.</param>
    /// <returns>A readable stream at its beginning; the caller disposes of it.</returns>
    /// <exception cref="DevOpsException"><c>ArtifactNotFound</c>, <c>ArtifactDamaged</c>.</exception>
    public Stream OpenArtifact(ApplicationRelease release)
    {
        var file = ArtifactFile(release.Digest);
        var rebuild = $"Delete the release with Remove-Item '{RecordFile(release.Application, release.Id)}' and build it again with New-ApplicationRelease.";
        FileStream stream;
        try
        {
            stream = File.OpenRead(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DevOpsException("ArtifactNotFound", FailureKind.NotFound, $"The artifact of release '{release.Id}' of {release.Application} is gone: '{file}'.", rebuild, release.Id, exception);
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (!string.Equals(digest, release.Digest, StringComparison.Ordinal))
        {
            stream.Dispose();
            throw new DevOpsException("ArtifactDamaged", FailureKind.SecurityError, $"The artifact of release '{release.Id}' of {release.Application} was changed after it was built: '{file}'.", rebuild, release.Id);
        }

        stream.Position = 0;
        return stream;
    }

    private async Task<IReadOnlyList<ApplicationRelease>> RemoveAsync(
        string application,
        Func<IEnumerable<ApplicationRelease>, IEnumerable<ApplicationRelease>> choose,
        CancellationToken ct)
    {
        // A build may be about to share the artifact of a release that is removed here.
        await using var turn = await StateLock.AcquireAsync(state, BuildLock(application), WorkBesideBuild, _time, ct);
        await using var order = await StateLock.AcquireAsync(state, StoreLock, patience: null, _time, ct);
        IReadOnlyList<ApplicationRelease> removed =
            [.. choose(List().Where(release => string.Equals(release.Application, application, StringComparison.Ordinal)))];
        foreach (var release in removed) File.Delete(RecordFile(application, release.Id));
        var remaining = List();
        var needed = remaining.Select(release => release.Digest).ToHashSet(StringComparer.Ordinal);
        foreach (var digest in removed.Select(release => release.Digest).Distinct(StringComparer.Ordinal))
        {
            if (!needed.Contains(digest)) File.Delete(ArtifactFile(digest));
        }

        // The build lock is held, so nobody builds the application; the next build makes its folder again. Windows deletes no
        // open file, so there the folder stays, with the lock alone.
        if (!OperatingSystem.IsWindows() && remaining.All(release => release.Application != application)) Directory.Delete(state.PathOf(FolderName, application), recursive: true);
        return removed;
    }

    private async Task<StateLock> WaitForTurnAsync(ApplicationDefinition application, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var name = BuildLock(application.Name);
        try
        {
            return await StateLock.AcquireAsync(state, name, TimeSpan.Zero, _time, ct);
        }
        catch (DevOpsException busy) when (busy.Kind == FailureKind.Conflict)
        {
            progress.Report(new InformationMessage($"{application.Name} | waits for another build of {application.Name} to end"));
            return await StateLock.AcquireAsync(state, name, application.BuildTimeout + WorkBesideBuild, _time, ct);
        }
    }

    private ApplicationRelease? FindBuilt(EnvironmentDefinition environment, ApplicationDefinition application, GitSource source)
    {
        var definition = EnvironmentJson.Serialize(application);
        return Records(application.Name)
            .FirstOrDefault(record => record.Release.Commit == source.Commit
                && record.Release.Environment == environment.Name
                && EnvironmentJson.Serialize(record.ReadDefinition()).AsSpan().SequenceEqual(definition)
                && File.Exists(ArtifactFile(record.Release.Digest)))
            ?.Release;
    }

    private Artifact? FindSameSource(ApplicationDefinition application, GitSource source, IProgress<OperationMessage> progress)
    {
        var same = Records(application.Name).FirstOrDefault(record => record.SourceTree == source.Tree
            && IsBuiltAlike(record.ReadDefinition(), application)
            && File.Exists(ArtifactFile(record.Release.Digest)));
        if (same is null) return null;
        progress.Report(new InformationMessage($"{application.Name} | its source is that of release {same.Release.Id}, so nothing is built again"));
        return new Artifact(OpenArtifact(same.Release), same.Release.Digest, unfinishedFile: null);
    }

    private static bool IsBuiltAlike(ApplicationDefinition one, ApplicationDefinition other) => one.Build == other.Build && one.Artifact == other.Artifact;

    private async Task<Artifact> BuildArtifactAsync(ApplicationDefinition application, GitRepository git, GitSource source, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var unfinished = Path.Combine(state.Folder(FolderName, application.Name), "artifact" + UnfinishedSuffix);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(unfinished, options);
        try
        {
            await new ReleaseBuilder(buildRoot ?? BuildFolder.DefaultRoot(), _time).BuildAsync(application, git, source, file, progress, ct);
            file.Flush(flushToDisk: true);
            file.Position = 0;
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
            file.Position = 0;
            return new Artifact(file, digest, unfinished);
        }
        catch (Exception exception)
        {
            await file.DisposeAsync();
            File.Delete(unfinished);
            // Everything else that cannot be read or written on the way is explained where it happens.
            if (exception is IOException) throw state.NotWritable(unfinished, exception);
            throw;
        }
    }

    private async Task<ApplicationRelease> KeepAsync(EnvironmentDefinition environment, ApplicationDefinition application, GitSource source, Artifact artifact, string createdBy, CancellationToken ct)
    {
        var id = MakeId(environment, application, source, artifact.Digest);
        await using var order = await StateLock.AcquireAsync(state, StoreLock, patience: null, _time, ct);
        state.Folder(FolderName, ArtifactsName);
        if (artifact.UnfinishedFile is not null) File.Move(artifact.UnfinishedFile, ArtifactFile(artifact.Digest), overwrite: true);
        var record = RecordFile(application.Name, id);
        if (File.Exists(record)) return Read(record).Release;
        var release = new ApplicationRelease(id, application.Name, environment.Name, source.Commit, artifact.Digest, artifact.Content.Length, _time.GetUtcNow(), createdBy);
        state.Write(record, JsonSerializer.SerializeToUtf8Bytes(ReleaseRecord.Create(release, source.Tree, application), ReleaseJson.Default.ReleaseRecord));
        return release;
    }

    // Equal artifacts with equal definitions are one release, also when they were built twice.
    private static string MakeId(EnvironmentDefinition environment, ApplicationDefinition application, GitSource source, string digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{digest}\n{environment.Name}\n"));
        hash.AppendData(EnvironmentJson.Serialize(application));
        return $"{source.Commit[..CommitDigits]}-{Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestDigits]}";
    }

    private IEnumerable<ReleaseRecord> Records(string application)
    {
        var folder = state.PathOf(FolderName, application);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + RecordSuffix).Select(Read) : [];
    }

    private IEnumerable<ReleaseRecord> Records()
    {
        var root = state.PathOf(FolderName);
        return Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)).Where(name => name is not ArtifactsName).SelectMany(Records) : [];
    }

    private ReleaseRecord Read(string application, string id)
    {
        var file = RecordFile(application, id);
        return IsFileName(application) && IsFileName(id) && File.Exists(file) ? Read(file) : throw new DevOpsException(
            "ReleaseNotFound",
            FailureKind.NotFound,
            $"There is no release '{id}' of '{application}'.",
            $"Get-ApplicationRelease {application} lists the releases; New-ApplicationRelease builds one.",
            id);
    }

    private static ReleaseRecord Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), ReleaseJson.Default.ReleaseRecord) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException("ReleaseRecordDamaged", FailureKind.OperationFailed, $"The release record '{file}' cannot be read: {exception.Message}", "Delete the file and build the release again with New-ApplicationRelease.", file, exception);
        }
    }

    private static bool IsFileName(string text) => text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-');

    private static string[] BuildLock(string application) => [FolderName, application, "build.lock"];

    private string RecordFile(string application, string id) => state.PathOf(FolderName, application, id + RecordSuffix);

    private string ArtifactFile(string digest) => state.PathOf(FolderName, ArtifactsName, digest + ".tar.gz");

    /// <summary>An artifact that is about to become a release's.</summary>
    /// <param name="content">Its bytes, from the beginning.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="unfinishedFile">The file that is to take its place among the artifacts; nothing when it is there already.</param>
    private sealed class Artifact(Stream content, string digest, string? unfinishedFile) : IAsyncDisposable
    {
        public Stream Content => content;

        public string Digest => digest;

        public string? UnfinishedFile => unfinishedFile;

        public async ValueTask DisposeAsync()
        {
            await content.DisposeAsync();
            // Moved away when all went well.
            if (unfinishedFile is not null) File.Delete(unfinishedFile);
        }
    }
}
