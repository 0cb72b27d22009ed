using System.Management.Automation;
using System.Management.Automation.Runspaces;
using DevOps.Shell.Hosting;

namespace DevOps.Shell.Execution;

/// <summary>How a pipeline ended.</summary>
internal enum PipelineEnd
{
    /// <summary>It ran to its end, and its last statement succeeded.</summary>
    Succeeded,

    /// <summary>It ran to its end, and its last statement failed.</summary>
    LastStatementFailed,

    /// <summary>An uncaught error ended it.</summary>
    Threw,

    /// <summary>It was stopped.</summary>
    Stopped,
}

/// <summary>Runs one pipeline at a time, renders all that it writes, and lets another thread stop it.</summary>
internal sealed class PipelineRunner
{
    private readonly Runspace _runspace;
    private readonly ShellUserInterface _ui;
    private readonly Lock _gate = new();
    // The innermost runs last: a nested prompt runs pipelines while the one that asked waits.
    private readonly Stack<Pipeline> _running = [];

    /// <summary>Makes a runner.</summary>
    /// <param name="runspace">Where the pipelines run.</param>
    /// <param name="ui">Where they are rendered.</param>
    public PipelineRunner(Runspace runspace, ShellUserInterface ui)
    {
        _runspace = runspace;
        _ui = ui;
    }

    /// <summary>Runs command text in the session's own scope and renders its output and errors.</summary>
    /// <param name="text">The text.</param>
    /// <param name="input">What is piped into it.</param>
    /// <param name="isNested">Whether it runs while another pipeline waits.</param>
    /// <returns>How it ended.</returns>
    public PipelineEnd RunText(string text, IEnumerable<string>? input = null, bool isNested = false)
    {
        // What counts as typed, and therefore goes into the history, is also what sets $?.
        using var pipeline = isNested ? _runspace.CreateNestedPipeline(text, addToHistory: true) : _runspace.CreatePipeline(text, addToHistory: true);
        // While another pipeline waits, the session cannot be asked, and nobody needs to know.
        return Run(pipeline, input, isNested, () => isNested || LanguagePrimitives.IsTrue(_runspace.SessionStateProxy.GetVariable("?")));
    }

    /// <summary>Runs a script with its arguments and renders its output and errors.</summary>
    /// <param name="script">The script.</param>
    /// <param name="input">What is piped into it.</param>
    /// <returns>How it ended; a script that ends by itself has succeeded.</returns>
    public PipelineEnd RunScript(Command script, IEnumerable<string>? input)
    {
        using var pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(script);
        return Run(pipeline, input, isNested: false, () => true);
    }

    /// <summary>Runs a command and returns what it writes as text.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isNested">Whether it runs while another pipeline waits.</param>
    /// <returns>The text of the first object; <see langword="null"/> when there is none or when it fails.</returns>
    public string? Ask(string command, bool isNested = false)
    {
        using var pipeline = isNested ? _runspace.CreateNestedPipeline() : _runspace.CreatePipeline();
        pipeline.Commands.Add(new Command(command));
        PSObject? answer = null;
        return Invoke(pipeline, input: null, isNested, result => answer ??= result) is null ? answer?.ToString() : null;
    }

    /// <summary>Stops the innermost running pipeline and does not wait for it.</summary>
    /// <returns>Whether one was running.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            if (!_running.TryPeek(out var pipeline)) return false;
            pipeline.StopAsync();
            return true;
        }
    }

    private PipelineEnd Run(Pipeline pipeline, IEnumerable<string>? input, bool isNested, Func<bool> hasSucceeded)
    {
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.Commands.Add(new Command("Out-Default"));
        var failure = Invoke(pipeline, input, isNested);
        if (failure is PipelineStoppedException || pipeline.PipelineStateInfo.State == PipelineState.Stopped) return PipelineEnd.Stopped;
        if (failure is null) return hasSucceeded() ? PipelineEnd.Succeeded : PipelineEnd.LastStatementFailed;
        Report(failure, isNested);
        return PipelineEnd.Threw;
    }

    private Exception? Invoke(Pipeline pipeline, IEnumerable<string>? input, bool isNested, Action<PSObject>? onResult = null)
    {
        lock (_gate) _running.Push(pipeline);
        try
        {
            if (isNested)
            {
                // On the thread of the pipeline that waits: the engine allows no other.
                pipeline.Input.Close();
                foreach (var result in pipeline.Invoke()) onResult?.Invoke(result);
                return pipeline.PipelineStateInfo.Reason;
            }

            var failure = InvokeWithInput(pipeline, input);
            while (pipeline.Output.Count > 0) onResult?.Invoke(pipeline.Output.Read());
            return failure;
        }
        catch (RuntimeException failure)
        {
            return failure;
        }
        finally
        {
            lock (_gate) _running.Pop();
            _ui.EndProgress();
        }
    }

    private static Exception? InvokeWithInput(Pipeline pipeline, IEnumerable<string>? input)
    {
        using var ended = new ManualResetEventSlim();
        pipeline.StateChanged += (_, change) =>
        {
            if (change.PipelineStateInfo.State is PipelineState.Completed or PipelineState.Failed or PipelineState.Stopped) ended.Set();
        };
        if (input is null) pipeline.Input.Close();
        pipeline.InvokeAsync();
        // On a thread of its own: a pipeline that is stopped must not have to wait for a line that never comes.
        var feeding = input is null ? Task.CompletedTask : Task.Run(() => Feed(pipeline, input));
        ended.Wait();
        if (feeding.IsFaulted) feeding.GetAwaiter().GetResult();
        return pipeline.PipelineStateInfo.Reason;
    }

    private static void Feed(Pipeline pipeline, IEnumerable<string> input)
    {
        try
        {
            foreach (var line in input) pipeline.Input.Write(line);
        }
        catch (PipelineClosedException)
        {
            // It ended before it had read everything, as `head` does.
        }
        finally
        {
            if (pipeline.Input.IsOpen) pipeline.Input.Close();
        }
    }

    private void Report(Exception failure, bool isNested)
    {
        // The exception in a record is a copy without inner exceptions; the one that was thrown knows more.
        var record = failure is IContainsErrorRecord container
            ? new ErrorRecord(container.ErrorRecord, failure)
            : new ErrorRecord(failure, failure.GetType().Name, ErrorCategory.NotSpecified, targetObject: null);
        using var pipeline = isNested ? _runspace.CreateNestedPipeline() : _runspace.CreatePipeline();
        pipeline.Commands.Add(new Command("Out-Default"));
        pipeline.Input.Write(record);
        // Only the engine can mark an object as an error, so its rendering is sent to standard error as a whole.
        _ui.IsWritingError = true;
        try
        {
            if (Invoke(pipeline, input: null, isNested) is { } second) _ui.WriteErrorLine($"{failure.Message}\n{second.Message}");
        }
        finally
        {
            _ui.IsWritingError = false;
        }
    }
}
