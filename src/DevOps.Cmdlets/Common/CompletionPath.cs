using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DevOps.Cmdlets.Common;

/// <summary>Resolves paths that are on the command line while it is being completed, when there is no cmdlet yet to do so.</summary>
internal static class CompletionPath
{
    private const string Location = "$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath";

    /// <summary>Resolves a path against the session's location.</summary>
    /// <param name="path">The path as it stands on the command line.</param>
    /// <returns>The full path; nothing when there is no session to resolve it in, or nothing to resolve.</returns>
    public static string? Resolve(string? path)
    {
        if (string.IsNullOrEmpty(path)) return null;
        if (Path.IsPathRooted(path)) return path;
        if (Runspace.DefaultRunspace is null) return null;
        return ScriptBlock.Create(Location).Invoke().FirstOrDefault()?.BaseObject is string location ? Path.GetFullPath(path, location) : null;
    }
}
