namespace DevOps.Core.Hosts;

/// <summary>What scripts on hosts tell of what they changed: lines such as <c>changed /etc/redis/redis.conf</c>.</summary>
internal static class HostChanges
{
    private const string Mark = "changed ";

    /// <summary>Reads them.</summary>
    /// <param name="output">A script's output.</param>
    /// <returns>What was changed.</returns>
    public static IReadOnlyList<string> Read(string output) =>
        [.. output.Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal)).Select(line => line[Mark.Length..])];
}
