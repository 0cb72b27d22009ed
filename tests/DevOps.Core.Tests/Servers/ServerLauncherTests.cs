using System.Diagnostics;
using System.IO.Pipes;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Servers;

[Trait("Category", "Slow")]
public sealed class ServerLauncherTests : IAsyncDisposable
{
    private const int ParentField = 1;
    private const int SessionField = 3;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);

    private readonly TestState _state = new();
    private readonly ServerFiles _files;

    public ServerLauncherTests() => _files = ServerFiles.For(_state.State, "test", "one");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await new ServerLauncher().StopAsync(_files.SocketFile, TimeSpan.FromSeconds(1), CancellationToken.None);
        File.Delete(_files.SocketFile);
        _state.Dispose();
    }

    [Fact]
    public async Task A_server_has_a_session_of_its_own_and_is_nobodys_child()
    {
        var status = await StartAsync(TestServer.Runs);
        var stat = await File.ReadAllTextAsync($"/proc/{status.ProcessId}/stat", Cancellation);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        Assert.Equal(status.ProcessId.ToString(), fields[SessionField]);
        Assert.NotEqual(Environment.ProcessId.ToString(), fields[ParentField]);
    }

    [Fact]
    public async Task A_pipe_of_the_starter_is_not_kept_open()
    {
        // The writing end can be inherited, as a git hook's standard output is.
        using var reader = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        await StartAsync(TestServer.Runs);
        reader.DisposeLocalCopyOfClientHandle();
        Assert.Equal(0, await reader.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
    }

    [Fact]
    public async Task Its_output_goes_to_its_log_and_its_input_is_empty()
    {
        await StartAsync(TestServer.Runs);
        Assert.Contains("standard input is empty", await File.ReadAllTextAsync(_files.LogFile, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_runs_already_is_not_started_again()
    {
        var first = await StartAsync(TestServer.Runs);
        Assert.Equal(first.ProcessId, (await StartAsync(TestServer.Runs)).ProcessId);
    }

    [Fact]
    public async Task A_server_that_ends_early_is_reported_with_its_last_lines()
    {
        var failure = await Failing.WithAsync("ServerEndedEarly", () => StartAsync(TestServer.Dies));
        Assert.Contains(TestServer.LastWords, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_about_its_failure_is_the_failure()
    {
        var failure = await Failing.WithAsync("PortTaken", () => StartAsync(TestServer.Fails));
        Assert.Equal((FailureKind.Conflict, "Port 1 is held by init.", "End init."), (failure.Kind, failure.Message, failure.RecommendedAction));
    }

    [Fact]
    public async Task A_server_that_is_never_ready_is_ended_and_the_error_says_how_far_it_came()
    {
        var failure = await Failing.WithAsync("ServerNotReady", () => StartAsync(TestServer.Prepares, progress: Waiting(out var clock), time: clock));
        Assert.Contains("peeling potatoes", failure.Message, StringComparison.Ordinal);
        Assert.Null(await StatusAsync());
    }

    [Fact]
    public async Task What_a_server_prepares_is_shown_as_progress()
    {
        var progress = Waiting(out var clock);
        await Failing.WithAsync("ServerNotReady", () => StartAsync(TestServer.Prepares, progress: progress, time: clock));
        Assert.Contains(progress.All.OfType<ProgressMessage>(), message => message is { Status: "peeling potatoes", Percent: 40 });
        Assert.True(progress.All.OfType<ProgressMessage>().Last().IsCompleted);
    }

    [Fact]
    public async Task Whoever_stops_waiting_leaves_no_process()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var progress = new Messages { OnReport = message => { if (message is ProgressMessage { Percent: 40 }) stopping.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(TestServer.Prepares, TimeSpan.FromSeconds(60), progress, stopping.Token));
        Assert.Null(await StatusAsync());
    }

    [Fact]
    public async Task What_a_killed_server_left_behind_does_not_hinder_the_next()
    {
        var first = await StartAsync(TestServer.Runs);
        using (var process = Process.GetProcessById(first.ProcessId)) process.Kill();
        await new ServerLauncher().StopAsync(_files.SocketFile, TimeSpan.FromSeconds(10), Cancellation);
        Assert.True(File.Exists(_files.SocketFile));
        Assert.NotEqual(first.ProcessId, (await StartAsync(TestServer.Runs)).ProcessId);
    }

    [Fact]
    public async Task A_stopped_server_has_ended_when_the_stop_returns()
    {
        var status = await StartAsync(TestServer.Runs);
        Assert.True(await new ServerLauncher().StopAsync(_files.SocketFile, TimeSpan.FromSeconds(10), Cancellation));
        Assert.False(ProcessLiveness.IsAlive(status.ProcessId));
    }

    [Fact]
    public async Task A_server_that_hangs_has_ended_too_when_the_stop_returns()
    {
        var status = await StartAsync(TestServer.Runs);
        await SuspendAsync(status.ProcessId);
        Assert.True(await new ServerLauncher().StopAsync(_files.SocketFile, TimeSpan.FromSeconds(1), Cancellation));
        Assert.False(ProcessLiveness.IsAlive(status.ProcessId));
    }

    [Fact]
    public async Task A_server_that_hangs_is_named_by_its_process_and_not_started_a_second_time()
    {
        var status = await StartAsync(TestServer.Runs);
        await SuspendAsync(status.ProcessId);
        var failure = await Failing.WithAsync("ServerNotAnswering", () => StartAsync(TestServer.Runs, TimeSpan.FromSeconds(1)));
        Assert.Contains($"(process {status.ProcessId})", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_while_it_starts_leaves_no_process()
    {
        await Failing.WithAsync("ServerNotReady", () => StartAsync(TestServer.Hangs, TimeSpan.FromSeconds(1)));
        Assert.Null(await StatusAsync());
    }

    [Fact]
    public async Task There_is_nothing_to_stop_where_nobody_listens()
    {
        Assert.False(await new ServerLauncher().StopAsync(_files.SocketFile, TimeSpan.FromSeconds(10), Cancellation));
    }

    // Once the server has said what it prepares, all the time that it has is over.
    private static Messages Waiting(out TimeProvider clock)
    {
        var jumping = new JumpingTime();
        clock = jumping;
        return new Messages { OnReport = message => { if (message is ProgressMessage { Percent: 40 }) jumping.Jump(2 * ReadyTimeout); } };
    }

    private static async Task SuspendAsync(int processId)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -STOP {processId}"]);
        await kill.WaitForExitAsync(Cancellation);
    }

    private async Task<ServerStatus?> StatusAsync()
    {
        using var administration = new AdministrationClient(_files.SocketFile);
        return await administration.GetStatusAsync(Cancellation);
    }

    private Task<ServerStatus> StartAsync(string behaviour, TimeSpan? timeout = null, Messages? progress = null, CancellationToken? cancellation = null, TimeProvider? time = null)
    {
        var launch = new ServerLaunch(
            "test",
            "one",
            typeof(ServerLauncherTests).Assembly.Location,
            [_files.SocketFile],
            new Dictionary<string, string?>(StringComparer.Ordinal) { [TestServer.Variable] = behaviour },
            _files.LogFile,
            _files.SocketFile,
            timeout ?? ReadyTimeout);
        return new ServerLauncher(time) { EndGrace = TimeSpan.FromSeconds(2) }.StartAsync(launch, progress ?? new Messages(), cancellation ?? Cancellation);
    }

    private sealed class JumpingTime : TimeProvider
    {
        private long _ahead;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
    }

    private sealed class Messages : IProgress<OperationMessage>
    {
        public List<OperationMessage> All { get; } = [];

        public Action<OperationMessage>? OnReport { get; init; }

        public void Report(OperationMessage value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
