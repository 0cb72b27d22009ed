using System.Diagnostics;
using System.Globalization;

namespace DevOps.Core.Servers;

/// <summary>Tells whether a process still runs, also one that nobody has collected after its end.</summary>
public static class ProcessLiveness
{
    /// <summary>Looks at a process.</summary>
    /// <param name="processId">Its id.</param>
    /// <returns>Whether it runs. A zombie does not.</returns>
    public static bool IsAlive(int processId)
    {
        if (OperatingSystem.IsLinux()) return State(processId) is not (null or 'Z' or 'X');
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static char? State(int processId)
    {
        try
        {
            // "PID (NAME) STATE …", and NAME may hold anything, a closing parenthesis too.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return text[text.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
