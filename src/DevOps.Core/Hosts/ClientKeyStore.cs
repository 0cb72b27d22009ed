using System.Text;
using DevOps.Core.State;

namespace DevOps.Core.Hosts;

/// <summary>
/// The key with which this installation enters its droplets: <c>keys/client_ed25519</c> in the state folder, made once and
/// never changed, readable by the owner alone.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed class ClientKeyStore(StateFolder state)
{
    private const string FolderName = "keys";
    private const string FileName = "client_ed25519";

    /// <summary>Gets the key; makes it when there is none.</summary>
    /// <param name="ct">Ends the wait for somebody else who is just making it.</param>
    /// <returns>The key.</returns>
    /// <exception cref="DevOpsException"><c>ClientKeyDamaged</c>, <c>StateFolderNotWritable</c>, <c>StateFolderBusy</c>.</exception>
    public async Task<SshKeyPair> GetOrCreateAsync(CancellationToken ct)
    {
        if (Find() is { } existing) return existing;
        // Two sessions at once must not make two keys, of which one would open no droplet.
        await using var only = await StateLock.AcquireAsync(state, [FolderName, "lock"], ct: ct);
        if (Find() is { } madeMeanwhile) return madeMeanwhile;
        var key = SshKeyPair.Generate();
        state.Write(state.PathOf(FolderName, FileName), Encoding.ASCII.GetBytes(key.PrivateKey));
        return key;
    }

    /// <summary>Gets the key of an installation that has one.</summary>
    /// <returns>The key, or nothing.</returns>
    /// <exception cref="DevOpsException"><c>ClientKeyDamaged</c>.</exception>
    public SshKeyPair? Find()
    {
        var file = state.PathOf(FolderName, FileName);
        if (!File.Exists(file)) return null;
        try
        {
            return SshKeyPair.Parse(File.ReadAllText(file));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException(
                "ClientKeyDamaged",
                FailureKind.SecurityError,
                $"The key of this installation, '{file}', cannot be read: {exception.Message}",
                "Restore the file from a backup. Without it the existing droplets cannot be entered: move it away, then remove and make them anew with Remove-DropletFleet and New-DropletFleet.",
                file,
                exception);
        }
    }
}
