using System.Management.Automation;
using System.Management.Automation.Language;

namespace DevOps.Cmdlets.Common;

/// <summary>Makes completion results.</summary>
internal static class Completion
{
    /// <summary>Offers the names that begin with what was typed.</summary>
    /// <param name="word">What was typed, perhaps with a quote before it.</param>
    /// <param name="names">Names with what to show about them.</param>
    /// <returns>The results, quoted where the name needs it.</returns>
    public static IEnumerable<CompletionResult> Of(string? word, IEnumerable<(string Name, string About)> names)
    {
        var pattern = WildcardPattern.Get((word ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        foreach (var (name, about) in names)
        {
            if (!pattern.IsMatch(name)) continue;
            var isBare = name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
            var text = isBare ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
            yield return new CompletionResult(text, name, CompletionResultType.ParameterValue, about.Length > 0 ? about : name);
        }
    }
}
