using System.Text;

namespace DevOps.LocalCloud.Image;

/// <summary>
/// The package sources that droplets use: those of this machine for the droplets' release, mirrors and proxies
/// included, or Debian's own where this machine has none.
/// </summary>
/// <param name="Text">The sources in deb822 form.</param>
/// <param name="KeyFiles">Key files on this machine that the sources name.</param>
internal sealed record AptSources(string Text, IReadOnlyList<string> KeyFiles)
{
    private const string Release = "bookworm";

    private const string DebianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private const string DebiansOwn = $"""
        Types: deb
        URIs: http://deb.debian.org/debian
        Suites: {Release} {Release}-updates
        Components: main
        Signed-By: {DebianKeys}

        Types: deb
        URIs: http://deb.debian.org/debian-security
        Suites: {Release}-security
        Components: main
        Signed-By: {DebianKeys}

        """;

    /// <summary>Reads the sources of a machine.</summary>
    /// <param name="aptFolder">Its <c>/etc/apt</c>.</param>
    /// <returns>The sources for droplets.</returns>
    public static AptSources Read(string aptFolder = "/etc/apt")
    {
        var entries = Files(aptFolder).SelectMany(file => file.EndsWith(".sources", StringComparison.Ordinal)
            ? Stanzas(File.ReadAllLines(file))
            : File.ReadLines(file).Select(OneLine).OfType<Dictionary<string, string>>());
        var usable = entries.Select(ForRelease).OfType<Dictionary<string, string>>().ToList();
        // Without the release itself (a machine with Debian 13, or Ubuntu) the rest, such as its updates, is no use.
        if (!usable.Exists(entry => Words(entry, "Suites").Contains(Release))) return new AptSources(DebiansOwn, []);
        var keys = usable.SelectMany(entry => Words(entry, "Signed-By")).Where(File.Exists).Distinct(StringComparer.Ordinal);
        return new AptSources(string.Join('\n', usable.Select(Write)), [.. keys]);
    }

    private static IEnumerable<string> Files(string aptFolder)
    {
        var main = Path.Combine(aptFolder, "sources.list");
        if (File.Exists(main)) yield return main;
        var parts = Path.Combine(aptFolder, "sources.list.d");
        if (!Directory.Exists(parts)) yield break;
        foreach (var file in Directory.EnumerateFiles(parts).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) is ".list" or ".sources") yield return file;
        }
    }

    private static IEnumerable<Dictionary<string, string>> Stanzas(IEnumerable<string> lines)
    {
        var stanza = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? field = null;
        foreach (var line in lines.Append(string.Empty))
        {
            if (line.StartsWith('#')) continue;
            if (string.IsNullOrWhiteSpace(line))
            {
                if (stanza.Count > 0) yield return stanza;
                stanza = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                field = null;
            }
            else if (char.IsWhiteSpace(line[0]) && field is not null)
            {
                stanza[field] += "\n" + line;
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                field = line[..colon].Trim();
                stanza[field] = line[(colon + 1)..].Trim();
            }
        }
    }

    // deb [option=value …] URI SUITE COMPONENT…
    private static Dictionary<string, string>? OneLine(string line)
    {
        var entry = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Types"] = "deb" };
        var text = line.Split('#')[0].Trim();
        if (!text.StartsWith("deb ", StringComparison.Ordinal)) return null;
        text = text["deb ".Length..].Trim();
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0) return null;
            foreach (var option in text[1..end].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var (name, value) = option.Split('=', 2) is [var key, var given] ? (key, given) : (option, string.Empty);
                if (name is "signed-by" or "trusted" or "check-valid-until") entry[name] = value.Replace(',', ' ');
            }

            text = text[(end + 1)..].Trim();
        }

        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var uri, var suite, .. var components] || components.Length == 0) return null;
        (entry["URIs"], entry["Suites"], entry["Components"]) = (uri, suite, string.Join(' ', components));
        return entry;
    }

    private static Dictionary<string, string>? ForRelease(Dictionary<string, string> entry)
    {
        var suites = Words(entry, "Suites").Where(suite => suite == Release || suite.StartsWith(Release + "-", StringComparison.Ordinal)).ToList();
        var isOn = !entry.TryGetValue("Enabled", out var enabled) || !string.Equals(enabled, "no", StringComparison.OrdinalIgnoreCase);
        if (!isOn || suites.Count == 0 || !Words(entry, "Types").Contains("deb") || !Words(entry, "Components").Contains("main")) return null;
        return new Dictionary<string, string>(entry, StringComparer.OrdinalIgnoreCase) { ["Types"] = "deb", ["Suites"] = string.Join(' ', suites) };
    }

    private static string[] Words(Dictionary<string, string> entry, string field) =>
        entry.TryGetValue(field, out var value) ? value.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];

    private static string Write(Dictionary<string, string> entry)
    {
        var text = new StringBuilder();
        foreach (var (field, value) in entry) text.Append(field).Append(": ").Append(value).Append('\n');
        return text.ToString();
    }
}
