using System.Net;
using System.Net.Sockets;

namespace DevOps.Module.Tests;

/// <summary>scripts/Test-Heartbeat.ps1 as a scheduled task runs it.</summary>
[Trait("Category", "Slow")]
public sealed class HeartbeatScriptTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("devops-heartbeat-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HeartbeatScriptTests() => _listener.Start();

    private static string Script => Checkout.PathOf("scripts", "Test-Heartbeat.ps1");

    private string Up => $"Add-HeartbeatTarget up -Uri tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task It_says_nothing_and_0_while_everything_is_up() =>
        Assert.Equal((string.Empty, string.Empty, 0), await RunAsync($"{Up}; & '{Script}'"));

    [Fact]
    public async Task It_says_1_when_something_is_degraded() =>
        Assert.Equal(1, (await RunAsync($"{Up} -DegradedAfter 0.0000001; & '{Script}'")).ExitCode);

    [Fact]
    public async Task It_says_2_when_something_is_down_and_shows_only_that()
    {
        var (output, _, exitCode) = await RunAsync($"{Up}; Add-HeartbeatTarget gone -Uri tcp://127.0.0.1:1; & '{Script}'");
        Assert.Equal(2, exitCode);
        Assert.Contains("the connection was refused", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\nup ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Target nobody")]
    [InlineData("-Application nobody")]
    [InlineData("-Fleet nothing -Connection nowhere")]
    public async Task It_says_3_when_there_is_something_that_it_could_not_check(string arguments)
    {
        var (_, errors, exitCode) = await RunAsync($"& '{Script}' {arguments}");
        Assert.Equal(3, exitCode);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task Alerts_are_raised_for_changes_only()
    {
        var file = Path.Combine(_state, "alerts");
        await File.WriteAllTextAsync(Path.Combine(_state, "take"), $"#!/bin/sh\ncat >>'{file}'\necho >>'{file}'\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_state, "take"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await RunAsync($"Add-AlertDestination here -Command '{Path.Combine(_state, "take")}'; Add-HeartbeatTarget page -Uri tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        await RunAsync($"& '{Script}'");
        _listener.Stop();
        await RunAsync($"& '{Script}'");
        await RunAsync($"& '{Script}'");

        var alert = Assert.Single(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken), line => line.Length > 0);
        Assert.Contains("page is down.", alert, StringComparison.Ordinal);
    }

    private Task<(string Output, string Errors, int ExitCode)> RunAsync(string script) =>
        ChildShell.RunAsync($"Import-Module '{Checkout.Manifest}'; {script}; exit $LASTEXITCODE", Path.Combine(_state, "state"), TestContext.Current.CancellationToken);
}
