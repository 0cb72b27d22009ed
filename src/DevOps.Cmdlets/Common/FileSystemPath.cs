using System.Management.Automation;
using DevOps.Core;

namespace DevOps.Cmdlets.Common;

/// <summary>Turns the paths that people give to cmdlets into the file system's own.</summary>
internal static class FileSystemPath
{
    /// <summary>Resolves a path against the session's location, through drives and providers; wildcards mean themselves.</summary>
    /// <param name="cmdlet">The cmdlet that was given the path.</param>
    /// <param name="path">The path as it was given.</param>
    /// <returns>The full path, which need not exist.</returns>
    /// <exception cref="DevOpsException"><c>PathInvalid</c>: it is not a file system path.</exception>
    public static string Resolve(PSCmdlet cmdlet, string path)
    {
        try
        {
            var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            if (string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal)) return Path.GetFullPath(full);
        }
        catch (Exception exception) when (exception is ProviderNotFoundException or System.Management.Automation.DriveNotFoundException or NotSupportedException or PSArgumentException)
        {
            throw Invalid(path, exception);
        }

        throw Invalid(path, inner: null);
    }

    private static DevOpsException Invalid(string path, Exception? inner) => new(
        "PathInvalid",
        FailureKind.InvalidInput,
        $"'{path}' is not a path of the file system.",
        "Give the path of a file or folder on this machine.",
        path,
        inner);
}
