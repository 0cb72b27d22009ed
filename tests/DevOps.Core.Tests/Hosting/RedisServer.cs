using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A real Redis server of one test, at a free port of this machine and with a folder of its own.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-redis-");
    private Process? _process;

    private RedisServer(int port) => Port = port;

    public int Port { get; }

    public Uri Uri => new($"redis://127.0.0.1:{Port}");

    /// <summary>Starts a server.</summary>
    /// <param name="options">Options as on its command line.</param>
    /// <returns>The server, which takes connections.</returns>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(FreePort.Find());
        await server.StartAgainAsync(options);
        return server;
    }

    public async Task StartAgainAsync(params string[] options)
    {
        var start = new ProcessStartInfo("redis-server", ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName, "--save", "", .. options])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        await ListensAsync();
        // A full pipe would stop it.
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Sends a command as a person would type it.</summary>
    /// <returns>The first line of the answer.</returns>
    public async Task<string> SendAsync(string command, string? login = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        if (login is not null)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {login}\r\n"), TestContext.Current.CancellationToken);
            Assert.Equal("+OK", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), TestContext.Current.CancellationToken);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? string.Empty;
    }

    /// <summary>Ends it, as if the machine had lost power.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends it a signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Takes away the folder that it saves in.</summary>
    public void RemoveFolder() => _folder.Delete(recursive: true);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) _process.Kill();
        if (_process is not null) await _process.WaitForExitAsync(CancellationToken.None);
        _process?.Dispose();
        if (Directory.Exists(_folder.FullName)) _folder.Delete(recursive: true);
    }

    // It also writes that it is ready, but not while it loads its data.
    private async Task ListensAsync()
    {
        await Eventually.IsAsync(async () =>
        {
            Assert.False(_process!.HasExited, "redis-server has ended.");
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }
}
