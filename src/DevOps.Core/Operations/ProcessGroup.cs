using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DevOps.Core.Operations;

/// <summary>Ends processes that were started in a session of their own, with everything that they started.</summary>
internal static partial class ProcessGroup
{
    private const int KillSignal = 9;

    /// <summary>Ends the group that a process leads. On platforms without such groups, the process and its descendants.</summary>
    /// <param name="process">The leader. Something must keep its number from being given to somebody else meanwhile.</param>
    public static void Kill(Process process)
    {
        if (OperatingSystem.IsLinux()) _ = SendSignal(-process.Id, KillSignal);
        else if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
