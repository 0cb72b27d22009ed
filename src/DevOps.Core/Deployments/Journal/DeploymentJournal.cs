using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Deployments.Journal;

/// <summary>
/// Writes a deployment's journal: only ever at its end, and an entry is on the disk before the step that it announces
/// begins.
/// </summary>
public sealed class DeploymentJournal : IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private readonly List<JournalEntry> _entries;

    private DeploymentJournal(FileStream file, TimeProvider time, List<JournalEntry> entries)
    {
        _file = file;
        _time = time;
        _entries = entries;
    }

    /// <summary>Opens a journal for writing, at the end of its last whole line.</summary>
    /// <param name="path">Its path; it is created when missing.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The journal.</returns>
    public static DeploymentJournal Open(string path, TimeProvider time)
    {
        var entries = JournalFile.Read(path);
        var whole = JournalFile.WholeLength(path);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        // A line that was cut off by the death of its writer announces a step that was never taken.
        file.SetLength(whole);
        file.Position = whole;
        return new DeploymentJournal(file, time, [.. entries]);
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
    public void Write(JournalEntryKind kind, string text, Func<JournalEntry, JournalEntry>? complete = null)
    {
        var entry = new JournalEntry(_time.GetUtcNow(), kind, text);
        if (complete is not null) entry = complete(entry);
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        lock (_writing)
        {
            _entries.Add(entry);
            _file.Write([.. line, (byte)'\n']);
            // A build's output is only told, so it need not wait for the disk.
            _file.Flush(flushToDisk: kind is not JournalEntryKind.Output);
        }
    }

    /// <summary>Writes the last entry.</summary>
    /// <param name="state">How the deployment ended.</param>
    /// <param name="cause">Why, or what it brought, in words.</param>
    public void End(DeploymentState state, string cause) => Write(JournalEntryKind.Ended, cause, entry => entry with { State = state });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
