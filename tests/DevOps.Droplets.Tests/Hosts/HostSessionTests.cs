using System.Security.Cryptography;
using DevOps.Core;
using DevOps.Core.Hosts;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Hosts;

public sealed class HostSessionTests(LocalCloudFixture cloud)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_pinned_key_is_refused()
    {
        var droplets = await cloud.Pair.GetAsync();
        var pin = DropletTags.HostKeyPrefix + HostConnector.PinnedKeys(droplets[1]).Single();
        var impostor = droplets[0] with { Tags = [.. droplets[0].Tags.Where(tag => !tag.StartsWith(DropletTags.HostKeyPrefix, StringComparison.Ordinal)), pin] };
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => new HostConnector(cloud.State).ConnectAsync(impostor, Ct));
        Assert.Equal("HostKeyMismatch", failure.Id);
    }

    [Fact]
    public async Task A_droplet_without_a_pinned_key_is_refused()
    {
        var droplets = await cloud.Pair.GetAsync();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => new HostConnector(cloud.State).ConnectAsync(droplets[0] with { Tags = [] }, Ct));
        Assert.Equal("DropletNotReady", failure.Id);
    }

    [Fact]
    public async Task Another_installation_s_key_is_not_let_in()
    {
        var droplets = await cloud.Pair.GetAsync();
        var folder = Directory.CreateTempSubdirectory("devops-test-").FullName;
        try
        {
            var stranger = Core.State.StateFolder.Open(folder);
            var failure = await Assert.ThrowsAsync<DevOpsException>(() => new HostConnector(stranger).ConnectAsync(droplets[0], Ct));
            Assert.Equal("SshAuthenticationFailed", failure.Id);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Output_and_exit_code_come_back()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        var result = await session.RunAsync("echo out; echo err >&2; exit 3", ct: Ct);
        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, result.Output, result.ErrorOutput));
    }

    [Fact]
    public async Task Arguments_arrive_unchanged()
    {
        string[] arguments = ["", "two words", "it's", "$(reboot)", "`id`", "\"", "\\", "*", "grüß\ndich", "-n", "a;b|c&d"];
        await using var session = await cloud.Pair.ConnectAsync();
        var result = await session.RunAsync("""printf '%s\0' "$@" """, arguments, ct: Ct);
        Assert.Equal(arguments, result.Output.Split('\0')[..^1]);
    }

    [Fact]
    public async Task Lines_come_while_the_command_still_runs()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        var running = session.RunAsync(
            "rm -f /tmp/go; echo first; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo last",
            onOutput: line =>
            {
                lines.Add(line.Text);
                first.TrySetResult();
            },
            timeout: TimeSpan.FromMinutes(1),
            ct: Ct);
        await first.Task.WaitAsync(Ct);
        Assert.False(running.IsCompleted);
        await session.RunAsync("touch /tmp/go", ct: Ct);
        Assert.Equal(0, (await running).ExitCode);
        Assert.Equal(["first", "last"], lines);
    }

    [Fact]
    public async Task Standard_input_of_any_size_arrives_whole()
    {
        var content = RandomNumberGenerator.GetBytes(5_000_000);
        await using var session = await cloud.Pair.ConnectAsync();
        using var input = new MemoryStream(content);
        var result = await session.RunAsync("sha256sum", standardInput: input, ct: Ct);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), result.Output.Split(' ')[0]);
    }

    [Fact]
    public async Task An_empty_standard_input_ends_at_once()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        using var empty = new MemoryStream();
        Assert.Equal("0\n", (await session.RunAsync("wc -c", standardInput: empty, ct: Ct)).Output);
        Assert.Equal("0\n", (await session.RunAsync("wc -c", ct: Ct)).Output);
    }

    [Fact]
    public async Task A_command_that_does_not_read_its_input_ends_well()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        using var input = new MemoryStream(new byte[20_000_000]);
        Assert.Equal(7, (await session.RunAsync("exit 7", standardInput: input, ct: Ct)).ExitCode);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_ended_on_the_droplet()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => session.RunAsync("echo begun; sleep 4711", timeout: TimeSpan.FromSeconds(1), ct: Ct));
        Assert.Equal("HostCommandTimeout", failure.Id);
        Assert.Contains("begun", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await session.RunAsync("pgrep -f '[s]leep 4711'", ct: Ct)).ExitCode);
    }

    [Fact]
    public async Task Cancellation_ends_the_command_on_the_droplet()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = session.RunAsync("echo begun; sleep 4712", onOutput: _ => cancel.Cancel(), ct: cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, (await session.RunAsync("pgrep -f '[s]leep 4712'", ct: Ct)).ExitCode);
    }

    [Fact]
    public async Task A_command_that_ignores_the_request_to_end_is_killed()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = session.RunAsync("trap '' TERM; echo begun; sleep 4713; sleep 4713", onOutput: _ => cancel.Cancel(), ct: cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, (await session.RunAsync("pgrep -f '[s]leep 4713'", ct: Ct)).ExitCode);
    }

    [Fact]
    public async Task More_sessions_at_once_than_sshd_lets_wait_all_get_in()
    {
        var droplets = await cloud.Pair.GetAsync();
        // sshd begins to drop new connections when ten wait to be let in.
        var connector = new HostConnector(cloud.State);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => connector.ConnectAsync(droplets[0], Ct)));
        foreach (var session in sessions) await session.DisposeAsync();
        Assert.Equal(40, sessions.Length);
    }

    [Fact]
    public async Task A_connection_that_breaks_while_a_command_runs_is_said()
    {
        await using var session = await cloud.Pair.ConnectAsync();
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => session.RunAsync("kill -9 $(ps -o ppid= -p $(ps -o ppid= -p $PPID))", ct: Ct));
        Assert.Equal("HostConnectionLost", failure.Id);
    }
}
