using System.Globalization;
using DevOps.Core.Servers;
using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Tests.Containers;

public sealed class CommandRunnerTests
{
    // Says its own process id and that of a child that holds its output as well, and does not end.
    private const string Endless = "sleep 600 & echo $$ $! >&2; wait";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_program_says_is_collected()
    {
        var result = await CommandRunner.RunAsync("sh", ["-c", "echo out; echo err >&2; exit 3"], onErrorLine: null, Cancellation);
        Assert.Equal(new CommandResult(3, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_ended_with_its_children_and_named()
    {
        int[] processes = [];
        var failure = await Assert.ThrowsAsync<CloudFailure>(() =>
            CommandRunner.RunAsync("sh", ["-c", Endless], line => processes = Ids(line), Cancellation, TimeSpan.FromSeconds(1)));

        Assert.Equal("ProgramTimedOut", failure.ToServerFailure().Id);
        Assert.Contains("'sh -c' did not end", failure.Message, StringComparison.Ordinal);
        await AllEndAsync(processes);
    }

    [Fact]
    public async Task A_cancelled_program_is_ended_with_its_children()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        int[] processes = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CommandRunner.RunAsync(
            "sh",
            ["-c", Endless],
            line =>
            {
                processes = Ids(line);
                cancelled.Cancel();
            },
            cancelled.Token));

        await AllEndAsync(processes);
    }

    private static int[] Ids(string line) => [.. line.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    // They have been killed, but the kernel may take a moment, and it tells of the end of its own children to nobody else.
    private static async Task AllEndAsync(int[] processes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        Assert.Equal(2, processes.Length);
        foreach (var id in processes)
        {
            while (ProcessLiveness.IsAlive(id)) await Task.Delay(20, limit.Token);
        }
    }
}
