namespace DevOps.Benchmarks.Balancer;

/// <summary>The peers' configurations in <c>benchmarks/peers</c>.</summary>
/// <param name="root">The checkout.</param>
internal sealed class PeerFiles(string root)
{
    /// <summary>The full path of a file.</summary>
    /// <param name="parts">Its path segments.</param>
    /// <returns>The full path.</returns>
    public string PathOf(params string[] parts) => Path.Combine([root, "benchmarks", "peers", .. parts]);

    /// <summary>Copies a configuration and fills in what it leaves open.</summary>
    /// <param name="name">The configuration.</param>
    /// <param name="folder">Where the copy goes.</param>
    /// <param name="values">What stands for <c>@NAME@</c>.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The copy's full path.</returns>
    public async Task<string> FillInAsync(string name, string folder, IReadOnlyDictionary<string, string> values, CancellationToken cancellation)
    {
        var text = await File.ReadAllTextAsync(PathOf(name), cancellation);
        foreach (var (key, value) in values) text = text.Replace($"@{key}@", value, StringComparison.Ordinal);
        var file = Path.Combine(folder, name);
        await File.WriteAllTextAsync(file, text, cancellation);
        return file;
    }

    /// <summary>Who nginx's worker is: root would otherwise give it to somebody who cannot enter the folder.</summary>
    public static string NginxUser => Environment.IsPrivilegedProcess ? "user root;" : string.Empty;
}
