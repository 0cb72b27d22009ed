using System.Diagnostics;
using System.Globalization;

namespace DevOps.Server.Tests.Hosting;

/// <summary>The network between this machine and one of its own ports: unplugged, packets to the port vanish.</summary>
internal sealed class Cable(int port) : IAsyncDisposable
{
    private readonly string[] _rule =
    [
        "INPUT", "--in-interface", "lo", "--protocol", "tcp", "--destination-port", port.ToString(CultureInfo.InvariantCulture),
        "--match", "comment", "--comment", "devops-test", "--jump", "DROP",
    ];

    private bool _isUnplugged;

    public async Task UnplugAsync()
    {
        await RunAsync("--insert");
        _isUnplugged = true;
    }

    public async Task PlugInAsync()
    {
        if (!_isUnplugged) return;
        await RunAsync("--delete");
        _isUnplugged = false;
    }

    public async ValueTask DisposeAsync() => await PlugInAsync();

    private async Task RunAsync(string command)
    {
        using var iptables = Process.Start("/usr/sbin/iptables", ["--wait", command, .. _rule]);
        await iptables.WaitForExitAsync();
        Assert.Equal(0, iptables.ExitCode);
    }
}
