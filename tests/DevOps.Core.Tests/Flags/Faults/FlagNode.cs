using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>A real node on this machine, with the configuration and the accounts that an installation writes.</summary>
internal sealed class FlagNode : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-node-");
    private readonly SavedFlagServer _server;
    private readonly SavedFlagServerNode _node;
    private Process? _process;

    /// <summary>Writes the node's files.</summary>
    /// <param name="server">The server that it belongs to.</param>
    /// <param name="node">The node.</param>
    /// <param name="master">The node that it copies; nothing for the master itself.</param>
    /// <param name="isRelayed">Whether somebody else listens at its address, and passes on to this machine's own.</param>
    /// <param name="dataFolder">Where its data is; nothing for a folder of its own.</param>
    public FlagNode(SavedFlagServer server, SavedFlagServerNode node, SavedFlagServerNode? master, bool isRelayed, string? dataFolder)
    {
        (_server, _node) = (server, node);
        var data = dataFolder ?? Directory.CreateDirectory(Path.Combine(_folder.FullName, "data")).FullName;
        var files = FlagServerFiles.Of(server, node).ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
        var configuration = files["/etc/redis/redis.conf"]
            .Replace("include /etc/redis/role.conf", FlagServerFiles.Role(master), StringComparison.Ordinal)
            .Replace("/etc/redis", _folder.FullName, StringComparison.Ordinal)
            .Replace("/run/redis", _folder.FullName, StringComparison.Ordinal)
            .Replace("/var/log/redis", _folder.FullName, StringComparison.Ordinal)
            .Replace("/var/lib/redis", data, StringComparison.Ordinal);
        if (isRelayed) configuration = configuration.Replace($"bind {node.Address} 127.0.0.1", "bind 127.0.0.1", StringComparison.Ordinal);
        File.WriteAllText(ConfigurationFile, configuration);
        File.WriteAllText(Path.Combine(_folder.FullName, "users.acl"), files["/etc/redis/users.acl"]);
    }

    /// <summary>The node's name.</summary>
    public string Name => _node.Name;

    /// <summary>The port that it listens at, at its address and at this machine's own.</summary>
    public int Port => _node.Port;

    /// <summary>Where a reader beside it finds it.</summary>
    public FlagSourceAddress ForReaders => new("127.0.0.1", Port, "reader", _server.Passwords[FlagServerUser.Reader]);

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    private string ConfigurationFile => Path.Combine(_folder.FullName, "redis.conf");

    /// <summary>Starts it, and waits until it has read its data.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("redis-server", [ConfigurationFile]) { UseShellExecute = false })!;
        await Eventually.IsAsync(async () =>
        {
            Assert.True(IsRunning, $"{Name} has ended: {Log()}");
            return await AnswersAsync();
        });
    }

    /// <summary>Ends it, as if the machine had lost power.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await EndAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task EndAsync() => _process!.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <summary>Holds it up: connections stay, and nobody is answered.</summary>
    public Task HangAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task GoOnAsync() => SignalAsync("CONT");

    /// <summary>Sends a command as a person would type it, who may do everything.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string> SendAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH operator {_server.Passwords[FlagServerUser.Operator]}\r\n{command}\r\n"), TestContext.Current.CancellationToken);
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? string.Empty;
    }

    /// <summary>The last that it logged.</summary>
    public string Log() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(20)) : string.Empty;

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) _process!.Kill();
        if (_process is not null) await _process.WaitForExitAsync(CancellationToken.None);
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private string LogFile => Path.Combine(_folder.FullName, "redis-server.log");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await SendAsync("GET x")).StartsWith('$');
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
