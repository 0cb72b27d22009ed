using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>The deployments of an installation: a folder each below <c>deployments/</c> of the state folder.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class DeploymentStore(StateFolder state, TimeProvider? time = null)
{
    private const string FolderName = "deployments";
    private const string RequestName = "request.json";
    private const string LockName = "lock";

    // Below this age a deployment without a living worker is one whose worker has not come up yet.
    private static readonly TimeSpan StartingTime = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _time;

    /// <summary>Makes an id for a new deployment.</summary>
    /// <returns>An id that sorts by time and that no other deployment has.</returns>
    public string NewId() =>
        $"{_time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}";

    /// <summary>Writes a request down.</summary>
    /// <param name="request">The request.</param>
    public void Create(DeploymentRequest request) =>
        state.Write(FileOf(request.Id, RequestName), JsonSerializer.SerializeToUtf8Bytes(request, JournalJson.Default.DeploymentRequest));

    /// <summary>Reads a request.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The request.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>JournalDamaged</c>.</exception>
    public DeploymentRequest GetRequest(string id)
    {
        var file = FileOf(id, RequestName);
        if (id != Path.GetFileName(id) || !File.Exists(file)) throw NotFound(id);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), JournalJson.Default.DeploymentRequest) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "JournalDamaged",
                FailureKind.OperationFailed,
                $"The deployment request '{file}' cannot be read: {exception.Message}",
                "Move its folder away, then see with Get-ApplicationInstance what runs and deploy again.",
                file,
                exception);
        }
    }

    /// <summary>Opens a deployment's journal for writing.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The journal.</returns>
    public DeploymentJournal OpenJournal(string id) => DeploymentJournal.Open(JournalPath(id), _time);

    /// <summary>Reads a deployment's journal.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>Its entries.</returns>
    public IReadOnlyList<JournalEntry> ReadJournal(string id) => JournalFile.Read(JournalPath(id));

    /// <summary>Where a deployment's journal stands.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The path.</returns>
    internal string JournalPath(string id) => FileOf(id, JournalFile.Name);

    /// <summary>Where a deployment's worker writes what it logs.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The path.</returns>
    internal string LogPath(string id) => FileOf(id, "worker.log");

    /// <summary>Takes the lock that says that a deployment has a living worker.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The lock; the operating system frees it when the worker dies, however it dies.</returns>
    internal Task<StateLock> TakeAsync(string id, CancellationToken ct) =>
        StateLock.AcquireAsync(state, [FolderName, id, LockName], time: _time, ct: ct);

    /// <summary>Where the lock stands; it holds the worker's process id.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The path.</returns>
    internal string LockPath(string id) => FileOf(id, LockName);

    /// <summary>Whether a deployment has a living worker.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>Whether it does.</returns>
    public bool HasWorker(string id) => StateLock.IsHeld(state, FolderName, id, LockName);

    /// <summary>Whether a worker ever took a deployment up.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>Whether one did.</returns>
    internal bool HadWorker(string id) => File.Exists(LockPath(id));

    /// <summary>Forgets a deployment that has ended, with its journal.</summary>
    /// <param name="id">The deployment's id.</param>
    internal void Remove(string id) => Directory.Delete(state.PathOf(FolderName, id), recursive: true);

    /// <summary>Lists the ids of all deployments, the newest first.</summary>
    /// <returns>The ids.</returns>
    public IReadOnlyList<string> Ids()
    {
        var folder = state.PathOf(FolderName);
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateDirectories(folder)
            .Where(path => File.Exists(Path.Combine(path, RequestName)))
            .Select(path => Path.GetFileName(path))
            .OrderDescending(StringComparer.Ordinal)];
    }

    /// <summary>Tells a deployment's story.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>The deployment.</returns>
    /// <exception cref="DevOpsException"><c>DeploymentNotFound</c>, <c>JournalDamaged</c>.</exception>
    public Deployment Get(string id)
    {
        var request = GetRequest(id);
        // Asked before the journal is read: a worker writes its end before it lets go of the lock.
        var isAlive = HasWorker(id);
        var entries = ReadJournal(id);
        var journal = JournalState.Of(entries);
        var isStarting = !HadWorker(id) && _time.GetUtcNow() - request.StartedAt < StartingTime;
        var current = journal.Ended
            ?? (isAlive || isStarting ? (journal.IsStarted && !journal.IsWaiting ? DeploymentState.Running : DeploymentState.Waiting) : DeploymentState.Interrupted);
        var cause = current switch
        {
            DeploymentState.Interrupted => "its worker died",
            DeploymentState.Running or DeploymentState.Waiting => null,
            _ => journal.Cause,
        };
        var events = entries.Where(entry => entry.Kind != JournalEntryKind.Output)
            .Select(entry => new DeploymentEvent(entry.At, entry.Application, entry.Instance, entry.Text));
        return new Deployment(
            id,
            request.Kind,
            request.Environment.Name,
            request.Commit,
            current,
            cause,
            request.StartedBy,
            request.StartedAt,
            journal.EndedAt,
            [.. events],
            request.Role);
    }

    private static DevOpsException NotFound(string id) => new(
        "DeploymentNotFound",
        FailureKind.NotFound,
        $"There is no deployment '{id}'.",
        "Get-Deployment lists the deployments.",
        id);

    private string FileOf(string id, string name) => state.PathOf(FolderName, id, name);
}
