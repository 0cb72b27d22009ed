using System.Net;
using System.Net.Sockets;
using System.Text;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Ports and SSH servers.</summary>
public sealed class ConnectionCheckTests : IDisposable
{
    private readonly HeartbeatBed _bed = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConnectionCheckTests() => _listener.Start();

    private string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose()
    {
        _listener.Dispose();
        _bed.Dispose();
    }

    [Fact]
    public async Task A_port_that_accepts_connections_is_up() =>
        Assert.Equal(HeartbeatState.Up, (await _bed.CheckAsync(new Uri($"tcp://{Address}"))).State);

    [Fact]
    public async Task A_port_at_which_nobody_listens_is_down()
    {
        var uri = new Uri($"tcp://{Address}");
        _listener.Stop();
        Assert.Equal("the connection was refused", (await _bed.CheckAsync(uri)).Cause);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", HeartbeatState.Up, null, "SSH-2.0-OpenSSH_9.2p1 Debian-2")]
    [InlineData("Authorized use only\r\nSSH-2.0-x\r\n", HeartbeatState.Up, null, "SSH-2.0-x")]
    [InlineData("220 mail.example ESMTP\r\n", HeartbeatState.Down, "what answers is not an SSH server", "220 mail.example ESMTP")]
    [InlineData("SSH-2.0-half", HeartbeatState.Down, "what answers is not an SSH server", "SSH-2.0-half")]
    [InlineData("", HeartbeatState.Down, "the connection was ended without a greeting", null)]
    public async Task An_SSH_server_has_to_greet(string greeting, HeartbeatState state, string? cause, string? evidence)
    {
        var greeted = GreetAsync(greeting);
        var result = await _bed.CheckAsync(new Uri($"ssh://{Address}"));
        await greeted;
        Assert.Equal((state, cause, evidence), (result.State, result.Cause, result.Evidence));
    }

    [Fact]
    public async Task A_host_that_accepts_and_says_nothing_is_down()
    {
        var result = await _bed.CheckAsync(new Uri($"ssh://{Address}"), target => target with { Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal("it did not answer within 0.1 s", result.Cause);
    }

    private async Task GreetAsync(string text)
    {
        using var client = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
    }
}
