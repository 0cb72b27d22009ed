using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Deployments;

public sealed class HostPulseTests
{
    private static readonly DevOpsException Silent = new("HostCommandTimeout", FailureKind.Timeout, "It does not answer.");

    private readonly HostPulse _pulse = new(new SkippingTime());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_is_waited_for_as_long_as_its_host_answers()
    {
        var end = new TaskCompletionSource<string>();
        var answers = 0;

        var result = await _pulse.WaitAsync(_ => end.Task, _ => ++answers == 5 ? Task.Run(() => end.SetResult("done"), Ct) : Task.CompletedTask, Ct);

        Assert.Equal("done", result);
        Assert.True(answers >= 5);
    }

    [Fact]
    public async Task Work_on_a_host_that_does_not_answer_any_more_is_given_up()
    {
        var work = new TaskCompletionSource<string>();

        await Failing.WithAsync("HostCommandTimeout", () => _pulse.WaitAsync(
            stop =>
            {
                stop.Register(() => work.TrySetCanceled(stop));
                return work.Task;
            },
            _ => throw Silent,
            Ct));

        Assert.True(work.Task.IsCanceled);
    }

    [Fact]
    public async Task What_the_work_itself_met_is_what_is_told()
    {
        var failure = new DevOpsException("ReleaseNotOnHost", FailureKind.NotFound, "It is gone.");

        await Failing.WithAsync("ReleaseNotOnHost", () => _pulse.WaitAsync<string>(_ => Task.FromException<string>(failure), _ => throw Silent, Ct));
    }

    [Fact]
    public async Task Whoever_cancels_hears_that_the_work_was_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var work = new TaskCompletionSource<string>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _pulse.WaitAsync(
            stop =>
            {
                stop.Register(() => work.TrySetCanceled(stop));
                return work.Task;
            },
            async _ => await cancelled.CancelAsync(),
            cancelled.Token));
    }
}
