using System.Management.Automation;

namespace DevOps.Cmdlets.Common;

/// <summary>
/// Names that somebody asked for, with wildcards or without. Whoever names something exactly wants just that and hears
/// when it is not there; a pattern may match nothing.
/// </summary>
/// <param name="patterns">The names.</param>
internal sealed class NamePatterns(IEnumerable<string> patterns)
{
    private readonly (string Text, WildcardPattern Pattern)[] _patterns = [.. patterns.Select(pattern => (pattern, WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase)))];
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Whether a name was asked for.</summary>
    /// <param name="name">The name of something that is there.</param>
    /// <returns>Whether it was.</returns>
    public bool IsMatch(string name)
    {
        var matching = _patterns.Where(pattern => pattern.Pattern.IsMatch(name)).Select(pattern => pattern.Text).ToList();
        _found.UnionWith(matching);
        return matching.Count > 0;
    }

    /// <summary>The exact names for which nothing was there.</summary>
    /// <returns>The names, as they were asked for.</returns>
    public IEnumerable<string> NotFound() =>
        _patterns.Select(pattern => pattern.Text).Where(text => !WildcardPattern.ContainsWildcardCharacters(text) && !_found.Contains(text));
}
