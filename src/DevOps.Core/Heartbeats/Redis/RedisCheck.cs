using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Heartbeats.Redis;

/// <summary>
/// Asks a Redis server whether it is alive (PING) and how its replication is (INFO). The connection is kept from check to
/// check, the answers are not.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RedisCheck(TimeProvider time) : IHeartbeatCheck, IDisposable
{
    /// <summary>The port when the address names none.</summary>
    public const int UsualPort = 6379;

    private readonly KeptConnections<RedisLink> _links = new(time);

    /// <summary>How many connections are kept.</summary>
    public int ConnectionCount => _links.Count;

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        try
        {
            var password = target.PasswordFile is { } file ? PasswordFile.Read(file) : null;
            return RedisInfo.Judge(target, await AskAsync(target, password, ct), time.GetUtcNow());
        }
        catch (HeartbeatCheckException exception)
        {
            return CheckResult.Down(exception.Message, exception.Evidence);
        }
        catch (RedisServerException exception)
        {
            return CheckResult.Down(RedisErrors.Describe(exception.Message, target.PasswordFile is not null));
        }
        catch (Exception exception) when (exception is RedisConnectionException or ObjectDisposedException)
        {
            return CheckResult.Down("the connection was lost");
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _links.Dispose();

    private Task<IReadOnlyDictionary<string, string>> AskAsync(HeartbeatTarget target, string? password, CancellationToken ct)
    {
        var port = target.Uri.Port > 0 ? target.Uri.Port : UsualPort;
        return _links.AskAsync(
            KeyOf(target, port, password),
            _ => RedisLink.OpenAsync(target.Uri.IdnHost, port, target.UserName, password, target.Timeout),
            link => link.AskAsync(),
            exception => exception is RedisServerException,
            ct);
    }

    // A password that was changed makes another connection; it is not kept itself.
    private static string KeyOf(HeartbeatTarget target, int port, string? password)
    {
        var secret = password is null ? string.Empty : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));
        return string.Create(CultureInfo.InvariantCulture, $"{target.Uri.IdnHost}:{port} {target.UserName} {secret}");
    }
}
