using System.Net.Sockets;
using System.Text;
using DevOps.Core.Alerts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Waits for an SSH server's greeting (RFC 4253, 4.2: <c>SSH-2.0-software</c>, perhaps after other lines). It does not log
/// in: a server that greets runs, and has a connection to spare.
/// </summary>
internal sealed class SshCheck : IHeartbeatCheck
{
    /// <summary>The port when the address names none.</summary>
    public const int UsualPort = 22;

    private const int LongestGreeting = 4 * 1024;
    private const int LongestEvidence = 100;

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        using var socket = await TcpCheck.ConnectAsync(target.Uri.IdnHost, target.Uri.Port > 0 ? target.Uri.Port : UsualPort, ct);
        var buffer = new byte[LongestGreeting];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, ct);
            if (read == 0) break;
            length += read;
            if (Greeting(buffer.AsSpan(0, length)) is { } greeting) return CheckResult.Up(OneLine.Of(greeting, LongestEvidence));
        }

        return length == 0
            ? CheckResult.Down("the connection was ended without a greeting")
            : CheckResult.Down("what answers is not an SSH server", OneLine.Of(Encoding.Latin1.GetString(buffer, 0, length), LongestEvidence));
    }

    // A whole line only.
    private static string? Greeting(ReadOnlySpan<byte> received)
    {
        while (received.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = received[..end];
            if (line.StartsWith("SSH-2.0-"u8) || line.StartsWith("SSH-1.99-"u8)) return Encoding.Latin1.GetString(line);
            received = received[(end + 1)..];
        }

        return null;
    }
}
