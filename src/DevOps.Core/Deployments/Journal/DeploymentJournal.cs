using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>
/// Writes a deployment's journal: only ever at its end, and an entry is on the disk before the step that it announces
/// begins. Room for going back is set aside from the start, so that a disk that becomes full stops a deployment and does
/// not strand it.
/// </summary>
public sealed class DeploymentJournal : IDisposable
{
    // Enough for some hundred entries.
    private const long ReserveSize = 128 * 1024;
    private const string ReserveSuffix = ".reserve";

    private readonly FileStream _file;
    private readonly string _reserve;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private readonly List<JournalEntry> _entries;

    private DeploymentJournal(FileStream file, string reserve, TimeProvider time, List<JournalEntry> entries)
    {
        _file = file;
        _reserve = reserve;
        _time = time;
        _entries = entries;
    }

    /// <summary>Opens a journal for writing, at the end of its last whole line.</summary>
    /// <param name="path">Its path; it is created when missing.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="DevOpsException"><c>JournalNotWritable</c>, <c>JournalDamaged</c>.</exception>
    public static DeploymentJournal Open(string path, TimeProvider time)
    {
        var entries = JournalFile.Read(path);
        var whole = JournalFile.WholeLength(path);
        try
        {
            SetAside(path + ReserveSuffix);
            var file = Create(path, FileMode.OpenOrCreate, preallocation: 0);
            // A line that was cut off by the death of its writer announces a step that was never taken.
            file.SetLength(whole);
            file.Position = whole;
            return new DeploymentJournal(file, path + ReserveSuffix, time, [.. entries]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    /// <summary>All entries so far.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_writing) return [.. _entries];
        }
    }

    /// <summary>Adds an entry and waits until it is on the disk.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="text">The same in words.</param>
    /// <param name="complete">Adds what else it holds.</param>
    /// <exception cref="DevOpsException"><c>JournalNotWritable</c>: the step must not be taken. What follows, such as going back, can be written again.</exception>
    public void Write(JournalEntryKind kind, string text, Func<JournalEntry, JournalEntry>? complete = null)
    {
        var entry = new JournalEntry(_time.GetUtcNow(), kind, text);
        if (complete is not null) entry = complete(entry);
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        lock (_writing)
        {
            var end = _file.Position;
            try
            {
                _file.Write([.. line, (byte)'\n']);
                // A build's output is only told, so it need not wait for the disk.
                _file.Flush(flushToDisk: kind is not JournalEntryKind.Output);
            }
            catch (IOException exception)
            {
                // What a build prints must not use up the room of what follows from it.
                if (kind is not JournalEntryKind.Output) File.Delete(_reserve);
                // What is there of the line would spoil the next one.
                _file.SetLength(end);
                _file.Position = end;
                throw NotWritable(_file.Name, exception);
            }

            _entries.Add(entry);
        }
    }

    /// <summary>Writes the last entry.</summary>
    /// <param name="state">How the deployment ended.</param>
    /// <param name="cause">Why, or what it brought, in words.</param>
    public void End(DeploymentState state, string cause) => Write(JournalEntryKind.Ended, cause, entry => entry with { State = state });

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_reserve);
    }

    private static void SetAside(string reserve)
    {
        File.Delete(reserve);
        using var file = Create(reserve, FileMode.CreateNew, ReserveSize);
    }

    // Without a buffer: what could not be written must not be tried again behind the back of the next entry.
    private static FileStream Create(string path, FileMode mode, long preallocation)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0, PreallocationSize = preallocation };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static DevOpsException NotWritable(string path, Exception inner) => new(
        "JournalNotWritable",
        FailureKind.OperationFailed,
        $"The deployment journal '{path}' cannot be written: {inner.Message}",
        "Free room on the disk of the state folder, then deploy again.",
        path,
        inner);
}
