namespace DevOps.Shell.CommandLine;

/// <summary>The command line cannot be understood. The shell ends with PowerShell's exit code for that, 64.</summary>
internal sealed class CommandLineException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong with which argument.</param>
    public CommandLineException(string message)
        : base(message)
    {
    }
}
