using System.Text.Json;
using DevOps.Core.State;

namespace DevOps.Core.Alerts;

/// <summary>An alert of the spool that this process has in hand. The operating system gives it back when the process dies.</summary>
internal sealed class SpoolClaim : IAsyncDisposable
{
    /// <summary>What the lock file's name ends with.</summary>
    public const string LockExtension = ".lock";

    private readonly StateFolder _state;
    private readonly StateLock _held;
    private readonly string _file;
    private readonly string _lockFile;

    /// <summary>Makes a claim.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="held">The lock.</param>
    /// <param name="file">The alert's file.</param>
    /// <param name="lockFile">The lock's file.</param>
    public SpoolClaim(StateFolder state, StateLock held, string file, string lockFile) => (_state, _held, _file, _lockFile) = (state, held, file, lockFile);

    /// <summary>Reads the alert.</summary>
    /// <returns>The alert; nothing when it was delivered or dropped meanwhile.</returns>
    /// <exception cref="JsonException">The file is no alert.</exception>
    public SpooledAlert? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_file), AlertJson.Default.SpooledAlert) is { Alert: not null } read ? read : throw new JsonException("The file holds no alert.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes down what an attempt brought.</summary>
    /// <param name="alert">The alert as it waits now.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public void Update(SpooledAlert alert) => _state.Write(_file, JsonSerializer.SerializeToUtf8Bytes(alert, AlertJson.Default.SpooledAlert));

    /// <summary>Takes the alert out of the spool.</summary>
    public void Remove() => File.Delete(_file);

    /// <summary>Puts a file that is no alert aside, where nobody takes it for one.</summary>
    /// <returns>Where it is.</returns>
    public string SetAside()
    {
        var aside = _file + ".damaged";
        File.Move(_file, aside, overwrite: true);
        return aside;
    }

    /// <summary>Gives the alert back.</summary>
    /// <returns>A task that ends once that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _held.DisposeAsync();
        if (File.Exists(_file)) return;
        try
        {
            // Only once the alert is gone: a lock file that is deleted while it matters could be held twice. Whoever takes a
            // new one finds no alert.
            File.Delete(_lockFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder is gone as well, or (on Windows) somebody has just opened the file to find that there is no alert.
        }
    }
}
