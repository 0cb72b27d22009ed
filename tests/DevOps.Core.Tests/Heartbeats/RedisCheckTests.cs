using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Redis;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Real Redis servers.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Category", "Slow")]
public sealed class RedisCheckTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private readonly HeartbeatBed _bed = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_master_without_replicas_is_up()
    {
        await using var server = await RedisServer.StartAsync();
        var result = await _bed.CheckAsync(server.Uri);
        Assert.Equal((HeartbeatState.Up, null), (result.State, result.Cause));
        Assert.Matches(@"^master with 0 replicas, \d+\.\d MB used\z", result.Evidence);
    }

    [Fact]
    public async Task A_password_logs_in()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "first line");
        var result = await CheckAsync(server, PasswordFile("first line\nanother"));
        Assert.Equal((HeartbeatState.Up, null), (result.State, result.Cause));
    }

    [Fact]
    public async Task A_user_needs_no_more_rights_than_the_check_takes()
    {
        await using var server = await RedisServer.StartAsync("--user", "default", "off", "--user", "watcher", "on", ">geheim", "+ping", "+info");
        var result = await CheckAsync(server, PasswordFile("geheim"), "watcher");
        Assert.Equal((HeartbeatState.Up, null), (result.State, result.Cause));
    }

    [Theory]
    [InlineData("wrong", null, "it does not accept the user name and password")]
    [InlineData("wrong", "nobody", "it does not accept the user name and password")]
    [InlineData(null, null, "it asks for a password, and the target has none (-PasswordFile)")]
    public async Task A_login_that_is_not_accepted_is_down_and_told_without_the_password(string? password, string? user, string cause)
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "geheim");
        var result = await CheckAsync(server, password is null ? null : PasswordFile(password), user);
        Assert.Equal((HeartbeatState.Down, cause, null), (result.State, result.Cause, result.Evidence));
    }

    [Fact]
    public async Task A_password_for_a_server_that_wants_none_does_no_harm()
    {
        await using var server = await RedisServer.StartAsync();
        Assert.Equal(HeartbeatState.Up, (await CheckAsync(server, PasswordFile("geheim"))).State);
    }

    [Fact]
    public async Task A_user_who_may_not_ask_is_told_what_is_needed()
    {
        await using var server = await RedisServer.StartAsync("--user", "watcher", "on", ">geheim", "+ping");
        var result = await CheckAsync(server, PasswordFile("geheim"), "watcher");
        Assert.Equal(HeartbeatState.Down, result.State);
        Assert.StartsWith("the user may not ask how it is, for which +ping and +info are needed: NOPERM", result.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_changed_is_used_at_once()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "old");
        var file = PasswordFile("old");
        await CheckAsync(server, file);
        await server.SendAsync("CONFIG SET requirepass new", "old");
        await File.WriteAllTextAsync(file, "wrong", Cancellation);
        Assert.Equal(HeartbeatState.Down, (await CheckAsync(server, file)).State);
        await File.WriteAllTextAsync(file, "new", Cancellation);
        Assert.Equal(HeartbeatState.Up, (await CheckAsync(server, file)).State);
    }

    [Fact]
    public async Task A_password_file_that_others_may_read_is_not_used()
    {
        var file = PasswordFile("geheim", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await using var server = await RedisServer.StartAsync("--requirepass", "geheim");
        Assert.Equal($"others than its owner may use the password file '{file}'", (await CheckAsync(server, file)).Cause);
    }

    [Fact]
    public async Task A_master_knows_its_replicas_and_a_replica_its_master()
    {
        await using var master = await RedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        await Eventually.IsAsync(async () => (await _bed.CheckAsync(replica.Uri)).State == HeartbeatState.Up);
        Assert.Equal($"replica of 127.0.0.1:{master.Port}, link up, 0 bytes behind", (await _bed.CheckAsync(replica.Uri)).Evidence);
        await Eventually.IsAsync(async () => (await _bed.CheckAsync(master.Uri, Expecting(1))).State == HeartbeatState.Up);
        Assert.StartsWith("master with 1 replica, ", (await _bed.CheckAsync(master.Uri, Expecting(1))).Evidence, StringComparison.Ordinal);
        var result = await _bed.CheckAsync(master.Uri, Expecting(2));
        Assert.Equal((HeartbeatState.Degraded, "it has 1 replica instead of 2"), (result.State, result.Cause));
    }

    [Fact]
    public async Task A_replica_that_has_lost_its_master_is_degraded_and_says_since_when()
    {
        await using var master = await RedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        await Eventually.IsAsync(async () => (await _bed.CheckAsync(replica.Uri)).State == HeartbeatState.Up);
        await master.KillAsync();
        await Eventually.IsAsync(async () => (await _bed.CheckAsync(replica.Uri)).State == HeartbeatState.Degraded);
        var result = await _bed.CheckAsync(replica.Uri);
        Assert.Matches($@"^its link to its master 127\.0\.0\.1:{master.Port} is down since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\z", result.Cause);
        Assert.Equal($"replica of 127.0.0.1:{master.Port}, link down", result.Evidence);
    }

    [Fact]
    public async Task A_replica_that_serves_nothing_without_its_master_is_down()
    {
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "no");
        var result = await _bed.CheckAsync(replica.Uri);
        Assert.Equal((HeartbeatState.Down, "its link to its master is down, and until it is up again it answers nothing"), (result.State, result.Cause));
    }

    [Fact]
    public async Task A_server_that_loads_its_data_is_down()
    {
        await using var server = await RedisServer.StartAsync();
        await server.SendAsync("EVAL \"for i = 1, 1000 do redis.call('SET', i, string.rep('x', 100)) end\" 0");
        Assert.Equal("+OK", await server.SendAsync("SAVE"));
        await server.KillAsync();
        // A hundredth of a second a key.
        await server.StartAgainAsync("--key-load-delay", "10000", "--loading-process-events-interval-bytes", "1024", "--rdbcompression", "no");
        Assert.Equal("it is still loading its data", (await _bed.CheckAsync(server.Uri)).Cause);
    }

    [Fact]
    public async Task A_server_that_is_killed_is_down_and_one_that_is_started_anew_is_up_at_the_next_check()
    {
        await using var server = await RedisServer.StartAsync();
        await _bed.CheckAsync(server.Uri);
        await server.KillAsync();
        Assert.Equal("the connection was refused", (await _bed.CheckAsync(server.Uri)).Cause);
        await server.StartAgainAsync();
        Assert.Equal(HeartbeatState.Up, (await _bed.CheckAsync(server.Uri)).State);
    }

    [Fact]
    public async Task A_server_that_was_started_anew_between_two_checks_is_up()
    {
        await using var server = await RedisServer.StartAsync();
        await _bed.CheckAsync(server.Uri);
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(HeartbeatState.Up, (await _bed.CheckAsync(server.Uri)).State);
    }

    [Fact]
    public async Task A_server_that_hangs_is_down_within_the_time_whether_it_was_connected_or_not()
    {
        await using var server = await RedisServer.StartAsync();
        await _bed.CheckAsync(server.Uri);
        await server.SignalAsync("STOP");
        Assert.Equal("it did not answer within 0.5 s", (await _bed.CheckAsync(server.Uri, target => target with { Timeout = Short })).Cause);
        Assert.Equal("it did not answer within 0.5 s", (await _bed.CheckAsync(server.Uri, target => target with { Timeout = Short })).Cause);
        await server.SignalAsync("CONT");
        Assert.Equal(HeartbeatState.Up, (await _bed.CheckAsync(server.Uri)).State);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "what answers is not a Redis server", "HTTP/1.1 400 Bad Request")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "what answers is not a Redis server", "SSH-2.0-OpenSSH_9.2")]
    [InlineData("-DENIED Redis is running in protected mode\r\n", "it is in protected mode: it lets in its own machine only", null)]
    [InlineData("-ERR max number of clients reached\r\n", "it has no connection to spare", null)]
    [InlineData("", "the connection was ended without an answer", null)]
    public async Task What_is_no_Redis_server_or_lets_nobody_in_is_down(string greeting, string cause, string? evidence)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeted = GreetAsync(listener, greeting);
        var result = await _bed.CheckAsync(new Uri($"redis://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        await greeted;
        Assert.Equal((HeartbeatState.Down, cause, evidence), (result.State, result.Cause, result.Evidence));
    }

    [Fact]
    public async Task A_connection_is_kept_from_check_to_check()
    {
        await using var server = await RedisServer.StartAsync();
        for (var index = 0; index < 5; index++) await _bed.CheckAsync(server.Uri);
        Assert.Equal("total_connections_received:3", await CountAsync(server));
    }

    [Fact]
    public async Task A_server_that_is_no_longer_checked_is_left_alone()
    {
        var time = new FakeTimeProvider();
        using var check = new RedisCheck(time);
        await using var server = await RedisServer.StartAsync();
        await check.CheckAsync(HeartbeatBed.Target(server.Uri), Cancellation);
        await server.KillAsync();
        await server.StartAgainAsync();
        // The library would have connected again within this time.
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal("total_connections_received:2", await CountAsync(server));
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0, check.ConnectionCount);
    }

    private static Func<HeartbeatTarget, HeartbeatTarget> Expecting(int replicas) => target => target with { ExpectedReplicas = replicas };

    // The test's own two are the wait for the server's start and the question.
    private static async Task<string> CountAsync(RedisServer server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, Cancellation);
        await using var stream = client.GetStream();
        await stream.WriteAsync("INFO stats\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.StartsWith("total_connections_received:", StringComparison.Ordinal)) return line;
        }

        return string.Empty;
    }

    private static async Task GreetAsync(TcpListener listener, string text)
    {
        using var client = await listener.AcceptSocketAsync(Cancellation);
        await client.SendAsync(Encoding.ASCII.GetBytes(text), Cancellation);
        // What has come is read, so that the end is no reset, by which the greeting would be lost.
        await client.ReceiveAsync(new byte[1024], Cancellation);
        client.Shutdown(SocketShutdown.Send);
    }

    private Task<CheckResult> CheckAsync(RedisServer server, string? passwordFile, string? user = null) =>
        _bed.CheckAsync(server.Uri, target => target with { PasswordFile = passwordFile, UserName = user });

    private string PasswordFile(string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var file = Path.Combine(_bed.State.Folder(), "password");
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
