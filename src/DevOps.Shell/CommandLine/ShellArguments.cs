using System.Management.Automation.Runspaces;

namespace DevOps.Shell.CommandLine;

/// <summary>What the shell is asked to run.</summary>
internal enum ShellAction
{
    /// <summary>Read commands from the terminal, or from standard input when it is redirected.</summary>
    ReadCommands,

    /// <summary>Run the command text of -Command.</summary>
    RunCommand,

    /// <summary>Run the script of -File.</summary>
    RunFile,

    /// <summary>Print the version.</summary>
    ShowVersion,

    /// <summary>Print the help.</summary>
    ShowHelp,
}

/// <summary>The command line, understood.</summary>
internal sealed record ShellArguments
{
    /// <summary>What to run.</summary>
    public ShellAction Action { get; init; } = ShellAction.ReadCommands;

    /// <summary>The text of -Command, or the full path of -File.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>What follows the script on the command line.</summary>
    public IReadOnlyList<CommandParameter> ScriptArguments { get; init; } = [];

    /// <summary>Whether a prompt fails instead of asking.</summary>
    public bool IsNonInteractive { get; init; }

    /// <summary>Whether the shell goes on to read commands when the command or script has ended.</summary>
    public bool NoExit { get; init; }

    /// <summary>Whether the interactive shell starts without its two lines of greeting.</summary>
    public bool NoLogo { get; init; }

    /// <summary>Where to start, when it is not the current directory.</summary>
    public string? WorkingDirectory { get; init; }
}
