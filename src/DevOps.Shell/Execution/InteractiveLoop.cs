using System.Management.Automation.Language;
using System.Text;
using DevOps.Shell.Hosting;
using DevOps.Shell.Terminal;

namespace DevOps.Shell.Execution;

/// <summary>Reads commands and runs them until somebody leaves.</summary>
internal sealed class InteractiveLoop
{
    private const string ContinuationPrompt = ">> ";

    private readonly PipelineRunner _runner;
    private readonly ShellHost _host;
    private readonly LineReader _reader;

    /// <summary>Makes a loop.</summary>
    /// <param name="runner">What runs the commands.</param>
    /// <param name="host">Knows when somebody leaves.</param>
    /// <param name="reader">Where the commands come from, and where the prompt is written.</param>
    public InteractiveLoop(PipelineRunner runner, ShellHost host, LineReader reader)
    {
        _runner = runner;
        _host = host;
        _reader = reader;
    }

    /// <summary>Reads and runs until <c>exit</c> or the end of the input.</summary>
    /// <param name="isNested">Whether it runs while a pipeline waits: then <c>exit</c> only goes back to that.</param>
    /// <returns>The exit code when the input has ended: whether the last command failed.</returns>
    public int Run(bool isNested)
    {
        var end = PipelineEnd.Succeeded;
        while (_host.ExitCode is null && !_host.IsNestedPromptLeft)
        {
            var command = ReadCommand(isNested, out var hasEnded);
            // At a terminal a failed command is not the session's failure; for a script on standard input it is, if it is the last.
            if (hasEnded) return _reader.IsTerminal || end == PipelineEnd.Succeeded ? ExitCode.Success : ExitCode.Failure;
            if (command.Length > 0) end = _runner.RunText(command, input: null, isNested);
        }

        if (isNested) _host.StayOpen();
        return ExitCode.Success;
    }

    private string ReadCommand(bool isNested, out bool hasEnded)
    {
        hasEnded = false;
        var text = new StringBuilder();
        while (true)
        {
            var line = _reader.Read(PromptFor(text, isNested));
            switch (line.End)
            {
                case LineEnd.Interrupted:
                    return string.Empty;
                case LineEnd.EndOfInput:
                    // What is incomplete is run all the same, so that its error is told.
                    hasEnded = text.Length == 0;
                    return text.ToString();
                default:
                    if (text.Length > 0) text.Append('\n');
                    text.Append(line.Text);
                    break;
            }

            // An empty line gives up waiting for the rest, as in PowerShell, and the error tells what is missing.
            if (line.Text.Length == 0 || IsComplete(text.ToString())) return text.ToString().Trim();
        }
    }

    private string PromptFor(StringBuilder text, bool isNested)
    {
        if (!_reader.IsTerminal) return string.Empty;
        return text.Length > 0 ? ContinuationPrompt : _runner.Ask("prompt", isNested) ?? "PS> ";
    }

    private static bool IsComplete(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return !Array.Exists(errors, error => error.IncompleteInput);
    }
}
