using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DevOps.Cmdlets.Common;

/// <summary>Completes a parameter with the names that begin with what was typed.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        // Perhaps with a quote before it.
        var pattern = WildcardPattern.Get((wordToComplete ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        foreach (var (name, about) in Names(fakeBoundParameters))
        {
            if (!pattern.IsMatch(name)) continue;
            var isBare = name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
            var text = isBare ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
            yield return new CompletionResult(text, name, CompletionResultType.ParameterValue, about.Length > 0 ? about : name);
        }
    }

    // No type of the core may stand in its signature: the class is looked at on import, which loads nothing.

    /// <summary>Gives the names that may be meant, whatever was typed of them.</summary>
    /// <param name="given">The parameters that the command line gives already.</param>
    /// <returns>Each name, with what to show about it; nothing to show for an empty text.</returns>
    private protected abstract IEnumerable<(string Name, string About)> Names(IDictionary given);
}
