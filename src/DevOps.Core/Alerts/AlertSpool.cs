using System.Text.Json;
using DevOps.Core.State;

namespace DevOps.Core.Alerts;

/// <summary>
/// The alerts that wait for their destinations, each in a file of its own below <c>alerts/spool/DESTINATION/</c>. It is
/// shared by all processes of the installation: what one of them leaves behind, another one sends.
/// </summary>
/// <param name="state">The installation's state folder.</param>
internal sealed class AlertSpool(StateFolder state)
{
    private const string Extension = ".json";

    private long _order;

    /// <summary>The destinations that have a folder here.</summary>
    /// <returns>Their names, also of some that are gone meanwhile.</returns>
    public IReadOnlyList<string> Destinations()
    {
        var folder = state.PathOf(AlertFiles.Folder, AlertFiles.Spool);
        return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(AlertDestinationStore.IsName)] : [];
    }

    /// <summary>The alerts that wait for a destination.</summary>
    /// <param name="destination">The destination's name.</param>
    /// <returns>Their names, in no order.</returns>
    public IEnumerable<string> Names(string destination)
    {
        var folder = FolderOf(destination);
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, "*" + Extension).Select(path => Path.GetFileNameWithoutExtension(path)).Where(SpoolName.IsValid);
    }

    /// <summary>Keeps an alert until its destination has taken it. It is on the disk when this returns. For one thread at a time.</summary>
    /// <param name="destination">The destination's name.</param>
    /// <param name="alert">The alert.</param>
    /// <returns>The name under which it waits.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public string Add(string destination, SpooledAlert alert)
    {
        // Two of one tick keep their order, and so do two between which the clock was put back.
        _order = Math.Max(_order + 1, alert.SpooledAt.UtcTicks);
        var name = SpoolName.Of(_order, alert.Alert);
        state.Write(FileOf(destination, name), JsonSerializer.SerializeToUtf8Bytes(alert, AlertJson.Default.SpooledAlert));
        return name;
    }

    /// <summary>Takes an alert in hand, so that no other process sends it meanwhile.</summary>
    /// <param name="destination">The destination's name.</param>
    /// <param name="name">The name under which it waits.</param>
    /// <returns>The claim; nothing when somebody else has it in hand.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public SpoolClaim? TryClaim(string destination, string name)
    {
        string[] parts = [AlertFiles.Folder, AlertFiles.Spool, destination, name + SpoolClaim.LockExtension];
        return StateLock.TryAcquire(state, parts) is { } held ? new SpoolClaim(state, held, FileOf(destination, name), state.PathOf(parts)) : null;
    }

    /// <summary>Drops all that waits for a destination.</summary>
    /// <param name="destination">The destination's name.</param>
    /// <returns>How many alerts that were.</returns>
    public int Clear(string destination)
    {
        var dropped = 0;
        foreach (var name in Names(destination).ToArray())
        {
            File.Delete(FileOf(destination, name));
            File.Delete(Path.ChangeExtension(FileOf(destination, name), SpoolClaim.LockExtension));
            dropped++;
        }

        return dropped;
    }

    private string FolderOf(string destination) => state.PathOf(AlertFiles.Folder, AlertFiles.Spool, destination);

    private string FileOf(string destination, string name) => Path.Combine(FolderOf(destination), name + Extension);
}
