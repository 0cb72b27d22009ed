using System.Net;
using System.Net.Sockets;
using DevOps.Shell.Tests.Support;

namespace DevOps.Module.Tests;

/// <summary>What a person sees of Show-Heartbeat on a terminal.</summary>
public sealed class ShowHeartbeatTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("devops-show-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task The_board_changes_with_the_target_and_Ctrl_C_gives_the_terminal_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no 'script' to make a terminal with.");
        _listener.Start();
        using var terminal = PseudoTerminal.Start(new Dictionary<string, string?>(StringComparer.Ordinal) { ["DEVOPS_STATE"] = Path.Combine(_state, "state") }, ["-NoLogo", "-NoProfile"]);
        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync($"Import-Module '{Checkout.Manifest}'; Add-HeartbeatTarget database -Uri tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}; Show-Heartbeat -Interval 250ms\r");

        // The cursor is hidden meanwhile.
        await terminal.WaitForAsync("\u001b[?25l");
        await terminal.WaitForAsync("● up      ");
        _listener.Stop();
        await terminal.WaitForAsync("✖ down    ");
        await terminal.WaitForAsync("the connection was refused");
        await terminal.TypeAsync("\u0003");
        await terminal.WaitForAsync("\u001b[?25h");
        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("exit 2\r");

        Assert.Equal(2, (await terminal.WaitForEndAsync()).ExitCode);
    }

    [Fact]
    public async Task Without_a_terminal_it_says_what_to_use_instead()
    {
        var (_, errors, exitCode) = await ChildShell.RunAsync($"Import-Module '{Checkout.Manifest}'; Show-Heartbeat", TestContext.Current.CancellationToken);
        Assert.Equal(1, exitCode);
        Assert.Contains("Watch-Heartbeat emits each change as an object", errors, StringComparison.Ordinal);
    }
}
