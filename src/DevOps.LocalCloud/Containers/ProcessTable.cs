using System.Globalization;

namespace DevOps.LocalCloud.Containers;

/// <summary>Reads the kernel's table of processes.</summary>
internal static class ProcessTable
{
    private const int StateField = 0;
    private const int StartField = 19;

    /// <summary>When a process began.</summary>
    /// <param name="processId">The process.</param>
    /// <returns>Clock ticks since the machine booted; nothing when it does not run. A zombie does not.</returns>
    public static long? StartOf(int processId)
    {
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        }
        catch (IOException)
        {
            return null;
        }

        // "PID (NAME) STATE PPID …": the name may hold spaces and parentheses, so count from its end.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[StateField] is "Z" or "X" ? null : long.Parse(fields[StartField], CultureInfo.InvariantCulture);
    }
}
