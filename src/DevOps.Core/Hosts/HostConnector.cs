using System.Net.Sockets;
using DevOps.Core.State;
using DevOps.Model;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace DevOps.Core.Hosts;

/// <summary>
/// Opens SSH connections to droplets: as root, with the installation's key only, and only to a host that shows the key
/// which is pinned for it. A host key is never accepted because it is new.
/// </summary>
/// <param name="state">The installation's state folder, which has the key.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class HostConnector(StateFolder state, TimeProvider? time = null)
{
    private const int SshPort = 22;

    // sshd drops new connections at random while ten or more wait to be let in (MaxStartups 10:30:100).
    private const int TriesWhenDropped = 8;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ClientKeyStore _keys = new(state);

    /// <summary>How long one attempt may take until the session stands.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often an idle session shows that it is alive.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Connects to a droplet whose host key is pinned by its tag <c>hostkey:</c>.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The session.</returns>
    /// <exception cref="DevOpsException">
    /// <c>DropletNotReady</c> (no address or no pinned key), <c>DropletUnreachable</c>, <c>HostKeyMismatch</c>,
    /// <c>SshAuthenticationFailed</c>, <c>ClientKeyDamaged</c>.
    /// </exception>
    public Task<HostSession> ConnectAsync(Droplet droplet, CancellationToken ct)
    {
        var pinned = PinnedKeys(droplet);
        return pinned.Count > 0 ? ConnectAsync(droplet, pinned, ct) : throw new DevOpsException(
            "DropletNotReady",
            FailureKind.SecurityError,
            $"Droplet '{droplet.Name}' has no pinned host key, so it cannot be told from an impostor.",
            droplet.Fleet is null
                ? "Only droplets made by New-DropletFleet have one."
                : $"New-DropletFleet {droplet.Fleet} finishes droplets that it was interrupted at; otherwise remove it with Remove-Droplet {droplet.Name}.",
            droplet);
    }

    /// <summary>Connects to a droplet that must show one of the given host keys.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="hostKeys">SHA-256 values of the accepted keys, as in the tag.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The session.</returns>
    internal async Task<HostSession> ConnectAsync(Droplet droplet, IReadOnlyCollection<string> hostKeys, CancellationToken ct)
    {
        var address = droplet.PublicAddress ?? throw new DevOpsException(
            "DropletNotReady",
            FailureKind.Unavailable,
            $"Droplet '{droplet.Name}' has no address yet.",
            $"Wait until Get-Droplet -Name {droplet.Name} shows one.",
            droplet);
        var key = await _keys.GetOrCreateAsync(ct);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ConnectOnceAsync(droplet, address, hostKeys, key, ct);
            }
            catch (Exception exception) when (WasDropped(exception) && attempt < TriesWhenDropped)
            {
                // Everybody who was dropped tries again; the spread keeps them from meeting once more.
                await Task.Delay(TimeSpan.FromMilliseconds((100 << attempt) + Random.Shared.Next(200)), _time, ct);
            }
            catch (Exception exception) when (exception is SshException or SocketException or IOException or ObjectDisposedException)
            {
                throw Explain(droplet, address, exception);
            }
        }
    }

    /// <summary>The host keys that a droplet's tags pin.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <returns>SHA-256 values; none when it has never been reached.</returns>
    public static IReadOnlyCollection<string> PinnedKeys(Droplet droplet) =>
        [.. droplet.Tags.Where(tag => tag.StartsWith(DropletTags.HostKeyPrefix, StringComparison.Ordinal)).Select(tag => tag[DropletTags.HostKeyPrefix.Length..])];

    private static bool WasDropped(Exception exception) => exception switch
    {
        SshConnectionException { DisconnectReason: DisconnectReason.None or DisconnectReason.ConnectionLost or DisconnectReason.TooManyConnections or DisconnectReason.ProtocolError } => true,
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => true,
        _ => false,
    };

    private static DevOpsException Explain(Droplet droplet, string address, Exception exception) => exception switch
    {
        SshConnectionException { DisconnectReason: DisconnectReason.HostKeyNotVerifiable } => new(
            "HostKeyMismatch",
            FailureKind.SecurityError,
            $"What answers at {address} is not droplet '{droplet.Name}': its host key is not the one that is pinned for it. Nothing was sent to it.",
            $"If the droplet was rebuilt outside this module, remove it with Remove-Droplet {droplet.Name} and make it anew; otherwise find out who answers there.",
            droplet,
            exception),
        SshAuthenticationException => new(
            "SshAuthenticationFailed",
            FailureKind.Unauthorized,
            $"Droplet '{droplet.Name}' ({address}) does not accept the key of this installation for root.",
            $"Use the state folder of the installation that made it ({StateFolder.Variable}), or remove it with Remove-Droplet {droplet.Name} and make it anew.",
            droplet,
            exception),
        _ => new(
            "DropletUnreachable",
            FailureKind.Unavailable,
            $"Droplet '{droplet.Name}' does not answer SSH at {address}: {exception.Message.TrimEnd('.')}." + (droplet.Status == DropletStatus.Off ? " It is powered off." : string.Empty),
            $"See whether it is powered on with Get-Droplet -Name {droplet.Name}.",
            droplet,
            exception),
    };

    private async Task<HostSession> ConnectOnceAsync(
        Droplet droplet,
        string address,
        IReadOnlyCollection<string> hostKeys,
        SshKeyPair key,
        CancellationToken ct)
    {
        using var keyText = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(key.PrivateKey), writable: false);
        var keyFile = new PrivateKeyFile(keyText);
        var connection = new ConnectionInfo(address, SshPort, "root", new PrivateKeyAuthenticationMethod("root", keyFile)) { Timeout = ConnectTimeout };
        // Only the kind of key that is pinned may be offered: another one could only fail the check.
        foreach (var name in connection.HostKeyAlgorithms.Keys.Where(name => name != "ssh-ed25519").ToArray()) connection.HostKeyAlgorithms.Remove(name);
        var client = new SshClient(connection) { KeepAliveInterval = KeepAlive };
        var shown = string.Empty;
        client.HostKeyReceived += (_, received) =>
        {
            shown = SshKeyPair.HostKeyOf(received.HostKey);
            received.CanTrust = hostKeys.Contains(shown, StringComparer.Ordinal);
        };
        try
        {
            await client.ConnectAsync(ct);
            return new HostSession(client, droplet, shown);
        }
        catch (Exception exception) when (shown.Length > 0 && !hostKeys.Contains(shown, StringComparer.Ordinal) && exception is not OperationCanceledException)
        {
            // However the refusal ends the connection, it is the refusal that counts.
            client.Dispose();
            throw new SshConnectionException("The host key is not the pinned one.", DisconnectReason.HostKeyNotVerifiable, exception);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
