using System.ComponentModel;
using System.Diagnostics;

namespace DevOps.Cmdlets.Common;

/// <summary>Opens pages in whatever the user browses with.</summary>
internal static class Browser
{
    /// <summary>Opens a page.</summary>
    /// <param name="address">Its address, which anybody on the machine may see: no secrets.</param>
    /// <returns>Whether a browser was found.</returns>
    public static bool TryOpen(Uri address)
    {
        // Without a screen there is nothing that it could open on, whatever is installed.
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null) return false;
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true }
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address.AbsoluteUri]);
        try
        {
            using var process = Process.Start(start);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
