using System.Globalization;
using System.Runtime.InteropServices;

namespace DevOps.Core.Servers;

/// <summary>
/// Keeps descriptors that this process was itself given (a git hook's pipes, say) from passing on to a child that it
/// starts: a server that holds such a pipe would keep its reader waiting for as long as it lives. The shell can close
/// descriptors up to 9 only, so on Linux all of them are marked for the moment of the start.
/// </summary>
internal sealed partial class InheritableDescriptors : IDisposable
{
    private const int GetFlags = 1;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;
    private const int FirstAfterStandard = 3;

    private readonly List<int> _marked = [];

    private InheritableDescriptors()
    {
    }

    /// <summary>Marks them, until the result is disposed.</summary>
    /// <param name="except">Those that the child is to have.</param>
    /// <returns>What unmarks them.</returns>
    public static InheritableDescriptors Withhold(IReadOnlyList<int> except)
    {
        var withheld = new InheritableDescriptors();
        if (!OperatingSystem.IsLinux()) return withheld;
        foreach (var link in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var descriptor = int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture);
            if (descriptor < FirstAfterStandard || except.Contains(descriptor)) continue;
            var flags = ControlDescriptor(descriptor, GetFlags, 0);
            // The one that lists this folder is closed by now: its flags cannot be read.
            if (flags < 0 || (flags & CloseOnExec) != 0) continue;
            if (ControlDescriptor(descriptor, SetFlags, flags | CloseOnExec) == 0) withheld._marked.Add(descriptor);
        }

        return withheld;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var descriptor in _marked)
        {
            var flags = ControlDescriptor(descriptor, GetFlags, 0);
            if (flags >= 0) _ = ControlDescriptor(descriptor, SetFlags, flags & ~CloseOnExec);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlDescriptor(int descriptor, int command, int argument);
}
