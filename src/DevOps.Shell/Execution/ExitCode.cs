namespace DevOps.Shell.Execution;

/// <summary>The process's exit codes: PowerShell's own where it has one, the system's custom where it was a signal.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>An uncaught error, or a -Command whose last statement failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int BadCommandLine = 64;

    /// <summary>The session cannot be opened.</summary>
    public const int CannotStart = 70;

    /// <summary>Stopped by Ctrl+C. PowerShell ends a script with 0 then, which would tell a hook that all went well.</summary>
    public const int Interrupted = 128 + 2;

    /// <summary>Asked to end because the terminal has gone.</summary>
    public const int HungUp = 128 + 1;

    /// <summary>Asked to end.</summary>
    public const int Terminated = 128 + 15;
}
