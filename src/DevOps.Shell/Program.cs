using System.Management.Automation.Runspaces;
using DevOps.Shell.CommandLine;
using DevOps.Shell.Execution;
using DevOps.Shell.Hosting;
using DevOps.Shell.Terminal;

var screen = ProcessTerminal.OpenScreen();
ShellArguments arguments;
try
{
    arguments = ArgumentParser.Parse(args);
}
catch (CommandLineException wrong)
{
    screen.WriteError(wrong.Message + "\n");
    return ExitCode.BadCommandLine;
}

switch (arguments.Action)
{
    case ShellAction.ShowVersion:
        screen.Write($"PowerShell {ShellHost.EngineVersion()}\n");
        return ExitCode.Success;
    case ShellAction.ShowHelp:
        screen.Write(HelpText.Read());
        return ExitCode.Success;
}

using var session = new ShellSession(arguments, screen, ProcessTerminal.OpenReader(screen));
using var signals = new SignalHandler(session);
try
{
    return session.Run();
}
catch (RunspaceOpenModuleLoadException failure)
{
    screen.WriteError($"The session cannot be opened: {failure.Message}\n");
    return ExitCode.CannotStart;
}
