namespace DevOps.Server.Balancing;

/// <summary>
/// The administration socket that everybody knows is a link to the socket of the process that serves: it changes over in
/// one step, and a process that ends removes only what is its own.
/// </summary>
internal static class SocketLink
{
    /// <summary>Leads everybody to a process's own socket.</summary>
    /// <param name="link">The path that everybody knows.</param>
    /// <param name="target">The process's own socket.</param>
    public static void Point(string link, string target)
    {
        var temporary = target + ".link";
        File.CreateSymbolicLink(temporary, Path.GetFileName(target));
        File.Move(temporary, link, overwrite: true);
    }

    /// <summary>Removes the link when it still leads to a process's own socket.</summary>
    /// <param name="link">The path that everybody knows.</param>
    /// <param name="target">The process's own socket.</param>
    public static void Remove(string link, string target)
    {
        if (new FileInfo(link).LinkTarget == Path.GetFileName(target)) File.Delete(link);
        File.Delete(target);
    }
}
