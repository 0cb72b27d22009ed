using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using DevOps.Shell.CommandLine;
using DevOps.Shell.Hosting;
using DevOps.Shell.Terminal;

namespace DevOps.Shell.Execution;

/// <summary>One session of the engine: opens it, runs what the command line asks for, and knows the exit code.</summary>
internal sealed class ShellSession : IDisposable
{
    private readonly ShellArguments _arguments;
    private readonly Screen _screen;
    private readonly LineReader _reader;
    private readonly ProgressDisplay _progress;
    private readonly ShellUserInterface _ui;
    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly PipelineRunner _runner;
    private int? _stopCode;

    /// <summary>Makes a session; opens nothing.</summary>
    /// <param name="arguments">What is to be run.</param>
    /// <param name="screen">Where it writes.</param>
    /// <param name="reader">Where it reads.</param>
    public ShellSession(ShellArguments arguments, Screen screen, LineReader reader)
    {
        _arguments = arguments;
        _screen = screen;
        _reader = reader;
        _progress = new ProgressDisplay(screen, TimeProvider.System);
        _ui = new ShellUserInterface(screen, reader, _progress, arguments.IsNonInteractive);
        _host = new ShellHost(_ui);
        // CreateDefault2 is the engine by itself, and finds modules on PSModulePath by their commands' names.
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runner = new PipelineRunner(_runspace, _ui);
        _ui.Interrupt = () => _runner.Stop();
    }

    /// <summary>Whether commands are read from a terminal once nothing else is left to run.</summary>
    public bool IsInteractive => _arguments.Action == ShellAction.ReadCommands || _arguments.NoExit;

    /// <summary>Opens the session and runs what is to be run.</summary>
    /// <returns>The process's exit code.</returns>
    public int Run()
    {
        _runspace.Open();
        UseStyle();
        ModulePath.LeaveOutPowerShells();
        MissingCommandHint.Attach(_runspace);
        var loop = new InteractiveLoop(_runner, _host, _reader);
        _host.NestedPrompt = _reader.IsTerminal ? () => loop.Run(isNested: true) : null;
        if (!TryEnterWorkingDirectory()) return ExitCode.Failure;
        var code = _arguments.Action switch
        {
            ShellAction.RunCommand => RunCommand(),
            ShellAction.RunFile => RunFile(),
            _ => ExitCode.Success,
        };
        if (IsInteractive && _host.ExitCode is null && _stopCode is null)
        {
            if (_reader.IsTerminal && !_arguments.NoLogo && _arguments.Action == ShellAction.ReadCommands) Greet();
            code = loop.Run(isNested: false);
        }

        return _stopCode ?? _host.ExitCode ?? code;
    }

    /// <summary>Ctrl+C: stops the running pipeline; what is not interactive ends with it.</summary>
    /// <returns>Whether there was something to stop.</returns>
    public bool Interrupt()
    {
        if (!IsInteractive) _stopCode = ExitCode.Interrupted;
        return _runner.Stop();
    }

    /// <summary>The process is asked to end: the pipeline is stopped, so that its cmdlets tidy up, and nothing more runs.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <returns>Whether there was something to stop.</returns>
    public bool End(int exitCode)
    {
        _stopCode = exitCode;
        _host.SetShouldExit(exitCode);
        return _runner.Stop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _progress.Dispose();
        _runspace.Dispose();
    }

    private void UseStyle()
    {
        if (_runspace.SessionStateProxy.GetVariable("PSStyle") is not PSStyle style) return;
        // https://no-color.org: set to anything, even to nothing, means no colours; the engine leaves that to its host.
        if (Environment.GetEnvironmentVariable("NO_COLOR") is not null) style.OutputRendering = OutputRendering.PlainText;
        _screen.Rendering = () => style.OutputRendering;
        _progress.Style = () => style.Progress.Style;
    }

    private bool TryEnterWorkingDirectory()
    {
        if (_arguments.WorkingDirectory is null) return true;
        try
        {
            _runspace.SessionStateProxy.Path.SetLocation(_arguments.WorkingDirectory);
            return true;
        }
        catch (Exception failure) when (failure is SessionStateException or ArgumentException)
        {
            _ui.WriteErrorLine($"Cannot start in '{_arguments.WorkingDirectory}': {failure.Message}");
            return false;
        }
    }

    private int RunCommand() => _runner.RunText(_arguments.Text, InputFor(Parser.ParseInput(_arguments.Text, out _, out _))) switch
    {
        PipelineEnd.Succeeded => ExitCode.Success,
        PipelineEnd.Stopped => ExitCode.Interrupted,
        _ => ExitCode.Failure,
    };

    private int RunFile()
    {
        var input = InputFor(Parser.ParseFile(_arguments.Text, out _, out _));
        // A script without the extension is no script to the engine, so that a #! line can start it: run its text.
        var command = Path.GetExtension(_arguments.Text).Equals(".ps1", StringComparison.OrdinalIgnoreCase)
            ? new Command(_arguments.Text, isScript: false)
            : new Command(File.ReadAllText(_arguments.Text), isScript: true);
        foreach (var argument in _arguments.ScriptArguments) command.Parameters.Add(argument);
        // In a session that goes on, the script's exit is the script's alone.
        if (!_arguments.NoExit) ScriptExit.HandToHost(_runspace);
        return _runner.RunScript(command, input) switch
        {
            PipelineEnd.Threw => ExitCode.Failure,
            PipelineEnd.Stopped => ExitCode.Interrupted,
            _ => ExitCode.Success,
        };
    }

    // Standard input is left alone for those who do not ask for it: a native command of theirs may want it.
    private IEnumerable<string>? InputFor(ScriptBlockAst script) =>
        !_reader.IsTerminal && script.Find(IsInput, searchNestedScriptBlocks: false) is not null ? ReadInput() : null;

    private static bool IsInput(Ast node) => node is VariableExpressionAst variable
        && variable.VariablePath.IsVariable
        && variable.VariablePath.UserPath.Equals("input", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> ReadInput()
    {
        while (_reader.Read(question: string.Empty) is { End: LineEnd.Entered } line) yield return line.Text;
    }

    private void Greet()
    {
        _ui.WriteLine($"DevOps bundled shell on PowerShell's engine {ShellHost.EngineVersion()}.");
        _ui.WriteLine("Get-Command -Module DevOps lists the module's commands; exit leaves.");
    }
}
