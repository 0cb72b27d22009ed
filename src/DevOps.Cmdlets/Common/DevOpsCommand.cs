using System.Globalization;
using System.Management.Automation;
using System.Threading.Channels;
using DevOps.Core;
using DevOps.Core.Operations;

namespace DevOps.Cmdlets.Common;

/// <summary>
/// What every cmdlet of the module does alike: it runs an asynchronous operation of DevOps.Core, writes what the
/// operation reports from the pipeline's own thread, and cancels it when the pipeline stops for whatever reason.
/// </summary>
public abstract class DevOpsCommand : PSCmdlet, IDisposable
{
    private const int QueueLength = 1_000;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, int> _progressIds = new(StringComparer.Ordinal);

    // Set by the pipeline's thread and read by the one that stops it.
    private volatile Func<string?>? _goesOn;
    private bool _isDisposed;

    /// <summary>Cancelled by Ctrl+C and by a downstream command that has had enough.</summary>
    protected CancellationToken Cancellation => _stopping.Token;

    /// <summary>Called by PowerShell once the pipeline has ended, also when a downstream command ended it early.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what still runs.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_isDisposed || !disposing) return;
        _isDisposed = true;
        // StopProcessing is not called when a downstream command stops the pipeline; this is.
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _stopping.Cancel();
        // A stopped pipeline takes nothing any more, but the person at the console must know that the work goes on.
        if (_goesOn?.Invoke() is { } line) Host.UI.WriteLine(line);
    }

    /// <summary>
    /// Runs an operation to its end and writes what it reports. A failure ends the pipeline: for operations without
    /// which the cmdlet cannot go on.
    /// </summary>
    /// <typeparam name="T">The operation's result.</typeparam>
    /// <param name="operation">The operation.</param>
    /// <returns>Its result.</returns>
    protected T Run<T>(Func<IProgress<OperationMessage>, CancellationToken, Task<T>> operation)
    {
        try
        {
            return Pump(operation);
        }
        catch (DevOpsException failure)
        {
            ThrowTerminatingError(ToErrorRecord(failure));
            throw; // Never reached: the line above throws.
        }
    }

    /// <summary>Runs a short piece of work on the pipeline's thread. A failure ends the pipeline.</summary>
    /// <typeparam name="T">The work's result.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>Its result.</returns>
    protected T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DevOpsException failure)
        {
            ThrowTerminatingError(ToErrorRecord(failure));
            throw; // Never reached: the line above throws.
        }
    }

    /// <summary>Runs an operation about one of several targets. A failure is written as an error and the pipeline goes on.</summary>
    /// <typeparam name="T">The operation's result.</typeparam>
    /// <param name="operation">The operation.</param>
    /// <param name="result">Its result, when the method returns <see langword="true"/>.</param>
    /// <returns>Whether it succeeded.</returns>
    protected bool TryRun<T>(Func<IProgress<OperationMessage>, CancellationToken, Task<T>> operation, out T result)
    {
        try
        {
            result = Pump(operation);
            return true;
        }
        catch (DevOpsException failure)
        {
            WriteError(ToErrorRecord(failure));
            result = default!;
            return false;
        }
    }

    /// <summary>Runs an operation as <see cref="TryRun{T}(Func{IProgress{OperationMessage}, CancellationToken, Task{T}}, out T)"/> does, which only follows work that goes on without it.</summary>
    /// <typeparam name="T">The operation's result.</typeparam>
    /// <param name="goesOn">Says what goes on, for the console, when somebody stops following; nothing when nothing does.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="result">Its result, when the method returns <see langword="true"/>.</param>
    /// <returns>Whether it succeeded.</returns>
    private protected bool TryFollow<T>(Func<string?> goesOn, Func<IProgress<OperationMessage>, CancellationToken, Task<T>> operation, out T result)
    {
        _goesOn = goesOn;
        try
        {
            return TryRun(operation, out result);
        }
        finally
        {
            _goesOn = null;
        }
    }

    /// <summary>Runs a short piece of work about one of several targets on the pipeline's thread. A failure is written as an error and the pipeline goes on.</summary>
    /// <typeparam name="T">The work's result.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="result">Its result, when the method returns <see langword="true"/>.</param>
    /// <returns>Whether it succeeded.</returns>
    protected bool TryRun<T>(Func<T> work, out T result)
    {
        try
        {
            result = work();
            return true;
        }
        catch (DevOpsException failure)
        {
            WriteError(ToErrorRecord(failure));
            result = default!;
            return false;
        }
    }

    /// <summary>Turns a failure into PowerShell's form, with everything it knows.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>The error record.</returns>
    private protected static ErrorRecord ToErrorRecord(DevOpsException failure)
    {
        var category = failure.Kind switch
        {
            FailureKind.InvalidInput => ErrorCategory.InvalidArgument,
            FailureKind.NotFound => ErrorCategory.ObjectNotFound,
            FailureKind.Conflict => ErrorCategory.ResourceExists,
            FailureKind.Unauthorized => ErrorCategory.AuthenticationError,
            FailureKind.PermissionDenied => ErrorCategory.PermissionDenied,
            FailureKind.LimitExceeded => ErrorCategory.LimitsExceeded,
            FailureKind.Unavailable => ErrorCategory.ResourceUnavailable,
            FailureKind.Timeout => ErrorCategory.OperationTimeout,
            FailureKind.SecurityError => ErrorCategory.SecurityError,
            FailureKind.NotSupported => ErrorCategory.NotImplemented,
            _ => ErrorCategory.InvalidResult,
        };
        var record = new ErrorRecord(failure, failure.Id, category, failure.Target);
        // Both shells print the recommendation on a line of its own below the message.
        if (failure.RecommendedAction is not null)
        {
            record.ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = failure.RecommendedAction };
        }

        return record;
    }

    /// <summary>Writes something that an operation reported. Runs on the pipeline's thread.</summary>
    /// <param name="message">What was reported.</param>
    private protected virtual void Write(OperationMessage message)
    {
        switch (message)
        {
            case ProgressMessage progress:
                WriteProgress(ToProgressRecord(progress));
                break;
            case WarningMessage warning:
                WriteWarning(warning.Text);
                break;
            case VerboseMessage verbose:
                WriteVerbose(verbose.Text);
                break;
            case InformationMessage information:
                WriteInformation(new HostInformationMessage { Message = information.Text }, ["PSHOST"]);
                break;
            case FailureMessage failure:
                WriteError(ToErrorRecord(failure.Failure));
                break;
            case ResultMessage result:
                WriteObject(result.Value);
                break;
            default:
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Unknown message {message.GetType()}."));
        }
    }

    private T Pump<T>(Func<IProgress<OperationMessage>, CancellationToken, Task<T>> operation)
    {
        // Workers report from any thread, but only the pipeline's thread may write: they fill a bounded queue, this drains it.
        var queue = Channel.CreateBounded<OperationMessage>(QueueLength);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var sink = new QueueSink(queue.Writer, abandoned.Token);
        var work = Task.Run(
            async () =>
            {
                try
                {
                    return await operation(sink, abandoned.Token).ConfigureAwait(false);
                }
                finally
                {
                    queue.Writer.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            while (queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (queue.Reader.TryRead(out var message)) Write(message);
            }

            return work.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            // A downstream stop throws out of Write: the operation must have ended before the cmdlet does.
            abandoned.Cancel();
            ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
        }
    }

    private ProgressRecord ToProgressRecord(ProgressMessage progress)
    {
        var key = $"{progress.Activity}\n{progress.Item}";
        if (!_progressIds.TryGetValue(key, out var id)) _progressIds[key] = id = _progressIds.Count + 1;
        return new ProgressRecord(id, progress.Item is null ? progress.Activity : $"{progress.Activity}: {progress.Item}", progress.Status)
        {
            PercentComplete = progress.Percent ?? -1,
            RecordType = progress.IsCompleted ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }

    private sealed class QueueSink(ChannelWriter<OperationMessage> queue, CancellationToken abandoned) : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            // Waits while the queue is full; says nothing more once nobody listens.
            while (!abandoned.IsCancellationRequested && !queue.TryWrite(value))
            {
                try
                {
                    if (!queue.WaitToWriteAsync(abandoned).AsTask().GetAwaiter().GetResult()) return;
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
