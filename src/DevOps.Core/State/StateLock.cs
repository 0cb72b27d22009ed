using System.Globalization;
using System.Text;

namespace DevOps.Core.State;

/// <summary>
/// Lets one process at a time do something to the state folder. The operating system holds the lock and gives it back when
/// the process ends, however it ends, so that no stale lock can stay behind.
/// </summary>
public sealed class StateLock : IAsyncDisposable
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <summary>Takes a lock, and waits for it while somebody else has it.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="parts">The lock file's path segments below the folder. The file stays; only holding it open means anything.</param>
    /// <param name="patience">How long to wait: 30 seconds when nothing, not at all when zero.</param>
    /// <param name="time">The clock, the system's when nothing.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The lock, held until it is disposed.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderBusy</c>, <c>StateFolderNotWritable</c>.</exception>
    public static async Task<StateLock> AcquireAsync(
        StateFolder state,
        string[] parts,
        TimeSpan? patience = null,
        TimeProvider? time = null,
        CancellationToken ct = default)
    {
        time ??= TimeProvider.System;
        var path = state.PathOf(parts);
        state.Folder(parts[..^1]);
        var started = time.GetTimestamp();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (TryOpen(state, path) is { } file) return new StateLock(file);
            if (time.GetElapsedTime(started) >= (patience ?? DefaultPatience)) throw Busy(path);
            // The system tells nobody that a file lock has become free.
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>Takes a lock if it is free.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="parts">The lock file's path segments below the folder.</param>
    /// <returns>The lock, held until it is disposed; nothing when somebody else has it.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public static StateLock? TryAcquire(StateFolder state, params string[] parts)
    {
        state.Folder(parts[..^1]);
        return TryOpen(state, state.PathOf(parts)) is { } file ? new StateLock(file) : null;
    }

    /// <summary>Whether somebody has a lock at this moment, this process included.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="parts">The lock file's path segments below the folder.</param>
    /// <returns>Whether it is held. A lock file that nobody holds, or none at all, is a free lock.</returns>
    public static bool IsHeld(StateFolder state, params string[] parts)
    {
        try
        {
            // Reading for readers only is a shared lock: those who ask do not stand in each other's way.
            using var file = new FileStream(state.PathOf(parts), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException exception)
        {
            return exception is not (FileNotFoundException or DirectoryNotFoundException);
        }
    }

    /// <summary>Gives the lock back.</summary>
    /// <returns>A task that ends once it is free.</returns>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static FileStream? TryOpen(StateFolder state, string path)
    {
        FileStream? file = null;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            file = new FileStream(path, options);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return file;
        }
        catch (IOException exception) when (file is null && IsOfAnotherHolder(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw state.NotWritable(path, exception);
        }
    }

    // A full or read-only disk is an IOException as well, and waiting for that is in vain.
    private static bool IsOfAnotherHolder(IOException exception) => exception.HResult is WouldBlock or WouldBlockOnMac or SharingViolation;

    private static DevOpsException Busy(string path) => new(
        "StateFolderBusy",
        FailureKind.Conflict,
        $"Another process of this installation holds the lock '{path}'.",
        "Wait until the other command has ended, then try again.",
        path);
}
