using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core;
using DevOps.Core.Operations;

namespace DevOps.Cmdlets.Tests.Common;

/// <summary>A cmdlet whose operation is the script's to choose.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Operation")]
public sealed class TestOperationCommand : DevOpsCommand
{
    /// <summary>What the operation does.</summary>
    [Parameter(Mandatory = true)]
    public object Operation { get; set; } = new();

    /// <summary>Whether a failure is written and the pipeline goes on.</summary>
    [Parameter]
    public SwitchParameter GoOn { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var operation = (Func<IProgress<OperationMessage>, CancellationToken, Task<string>>)PSObject.AsPSObject(Operation).BaseObject;
        if (!GoOn) WriteObject(Run(operation));
        else if (TryRun(operation, out var result)) WriteObject(result);
        else WriteObject("went on");
    }
}

public sealed class DevOpsCommandTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly CmdletSession _session = new(typeof(DevOpsCommandTests).Assembly);

    [Fact]
    public void What_an_operation_reports_reaches_the_stream_it_belongs_to_in_order()
    {
        var result = Invoke(async (progress, _) =>
        {
            await Task.Yield();
            progress.Report(new ResultMessage("first"));
            progress.Report(new WarningMessage("a warning"));
            progress.Report(new VerboseMessage("a detail"));
            progress.Report(new InformationMessage("a line"));
            progress.Report(new FailureMessage(new DevOpsException("PartFailed", FailureKind.Unavailable, "One part failed.", "Try again.", "web-1")));
            progress.Report(new ResultMessage("second"));
            return "last";
        }, "-Verbose");

        Assert.Equal(["first", "second", "last"], result.Objects<string>());
        Assert.Equal(["a warning"], result.Warnings);
        Assert.Contains("a detail", result.Verbose);
        Assert.Equal(["a line"], result.Information);
        var error = Assert.Single(result.Errors);
        Assert.Equal("PartFailed,DevOps.Cmdlets.Tests.Common.TestOperationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceUnavailable, error.CategoryInfo.Category);
        Assert.Equal("web-1", error.TargetObject);
    }

    [Fact]
    public void A_result_is_emitted_while_the_operation_still_works()
    {
        using var seen = new ManualResetEventSlim();
        Func<IProgress<OperationMessage>, CancellationToken, Task<string>> operation = (progress, cancellation) =>
        {
            progress.Report(new ResultMessage("early"));
            return Task.FromResult(seen.Wait(Limit, cancellation) ? "was seen" : "was not seen");
        };

        var result = _session.Invoke(
            "Test-Operation -Operation $operation | ForEach-Object { $_; $seen.Set() }",
            ("operation", operation),
            ("seen", seen));

        Assert.Equal(["early", "was seen"], result.Objects<string>());
    }

    [Fact]
    public void Each_item_has_a_progress_line_of_its_own_that_is_completed()
    {
        var result = Invoke((progress, _) =>
        {
            progress.Report(new ProgressMessage("Creating", "web-1", "booting", 10));
            progress.Report(new ProgressMessage("Creating", "web-2", "booting"));
            progress.Report(new ProgressMessage("Creating", "web-1", "ready", 100, IsCompleted: true));
            return Task.FromResult("done");
        });

        Assert.Equal(
            [(1, "Creating: web-1", 10, ProgressRecordType.Processing), (2, "Creating: web-2", -1, ProgressRecordType.Processing), (1, "Creating: web-1", 100, ProgressRecordType.Completed)],
            result.Progress.Select(record => (record.ActivityId, record.Activity, record.PercentComplete, record.RecordType)));
    }

    [Fact]
    public void More_reports_than_the_queue_holds_all_arrive_in_order()
    {
        const int Count = 5_000;
        var result = Invoke((progress, _) =>
        {
            for (var number = 0; number < Count; number++) progress.Report(new ResultMessage(number));
            return Task.FromResult("done");
        });

        Assert.Equal(Count + 1, result.Output.Count);
        Assert.Equal(Enumerable.Range(0, Count), result.Output.Take(Count).Select(item => (int)item.BaseObject));
    }

    [Fact]
    public void A_failure_ends_the_pipeline_with_everything_it_knows()
    {
        var inner = new IOException("cable");
        var result = Invoke((_, _) => throw new DevOpsException("NoRoute", FailureKind.Timeout, "web-1 does not answer.", "Run Get-Droplet web-1.", "web-1", inner));

        var error = result.TerminatingError!;
        Assert.Equal("NoRoute,DevOps.Cmdlets.Tests.Common.TestOperationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.OperationTimeout, error.CategoryInfo.Category);
        Assert.Equal("web-1", error.TargetObject);
        Assert.Equal("web-1 does not answer.", error.ErrorDetails.Message);
        Assert.Equal("Run Get-Droplet web-1.", error.ErrorDetails.RecommendedAction);
        Assert.Same(inner, error.Exception.InnerException);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_failure_about_one_target_is_written_and_the_pipeline_goes_on()
    {
        var result = Invoke((_, _) => throw new DevOpsException("NoRoute", FailureKind.Timeout, "web-1 does not answer."), "-GoOn");

        Assert.Null(result.TerminatingError);
        Assert.Equal(["NoRoute"], result.ErrorIds);
        Assert.Equal(["went on"], result.Objects<string>());
    }

    [Theory]
    [InlineData(FailureKind.InvalidInput, ErrorCategory.InvalidArgument)]
    [InlineData(FailureKind.NotFound, ErrorCategory.ObjectNotFound)]
    [InlineData(FailureKind.Conflict, ErrorCategory.ResourceExists)]
    [InlineData(FailureKind.Unauthorized, ErrorCategory.AuthenticationError)]
    [InlineData(FailureKind.PermissionDenied, ErrorCategory.PermissionDenied)]
    [InlineData(FailureKind.LimitExceeded, ErrorCategory.LimitsExceeded)]
    [InlineData(FailureKind.Unavailable, ErrorCategory.ResourceUnavailable)]
    [InlineData(FailureKind.Timeout, ErrorCategory.OperationTimeout)]
    [InlineData(FailureKind.OperationFailed, ErrorCategory.InvalidResult)]
    [InlineData(FailureKind.SecurityError, ErrorCategory.SecurityError)]
    [InlineData(FailureKind.NotSupported, ErrorCategory.NotImplemented)]
    public void Each_kind_of_failure_has_its_error_category(FailureKind kind, ErrorCategory category) =>
        Assert.Equal(category, Invoke((_, _) => throw new DevOpsException("AnyId", kind, "It failed.")).TerminatingError!.CategoryInfo.Category);

    [Fact]
    public async Task A_downstream_command_that_has_had_enough_cancels_the_operation_and_waits_for_its_end()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = Invoke(
            async (progress, cancellation) =>
            {
                try
                {
                    progress.Report(new ResultMessage("first"));
                    await Task.Delay(Timeout.Infinite, cancellation);
                    return "never";
                }
                finally
                {
                    ended.SetResult();
                }
            },
            after: "| ForEach-Object { $_; break }");

        Assert.True(ended.Task.IsCompleted, "The cmdlet ended before its operation.");
        await ended.Task;
        Assert.Equal(["first"], result.Objects<string>());
    }

    [Fact]
    public async Task Stopping_the_pipeline_cancels_the_operation_and_waits_for_its_end()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<IProgress<OperationMessage>, CancellationToken, Task<string>> operation = async (_, cancellation) =>
        {
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                return "never";
            }
            finally
            {
                ended.SetResult();
            }
        };
        using var shell = _session.Create("Test-Operation -Operation $operation", ("operation", operation));
        var running = shell.BeginInvoke();
        await started.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        shell.Stop();

        Assert.True(ended.Task.IsCompleted, "The pipeline ended before the operation.");
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
    }

    [Fact]
    public void An_unforeseen_exception_is_not_swallowed()
    {
        var result = Invoke((_, _) => throw new InvalidOperationException("a defect"));

        Assert.Equal("a defect", result.TerminatingError!.Exception.Message);
    }

    public void Dispose() => _session.Dispose();

    private CmdletResult Invoke(
        Func<IProgress<OperationMessage>, CancellationToken, Task<string>> operation,
        string arguments = "",
        string after = "") =>
        _session.Invoke($"Test-Operation -Operation $operation {arguments} {after}", ("operation", operation));
}
