using System.Globalization;
using System.Text;

namespace DevOps.HelpGenerator;

/// <summary>Writes a page a cmdlet, and the index of all of them.</summary>
internal static class MarkdownWriter
{
    private const string Notice = "<!-- Generated from the documentation comments of the cmdlet classes; ./devops build.ps1 writes it anew. -->";

    /// <summary>Writes the index.</summary>
    /// <param name="commands">The cmdlets.</param>
    /// <returns>The page.</returns>
    public static string WriteIndex(IReadOnlyList<CommandHelp> commands)
    {
        var page = new StringBuilder().Append(Notice).Append("\n\n# Cmdlets\n\n`Get-Help NAME -Full` shows the same in a session, and `Get-Help about_DevOps` what they have in common.\n");
        foreach (var family in commands.GroupBy(command => command.Family, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {Spaced(family.Key)}\n\n| Cmdlet | What it does |\n|---|---|\n");
            foreach (var command in family) page.Append(CultureInfo.InvariantCulture, $"| [{command.Name}]({command.Name}.md) | {Cell(command.Synopsis!.Markdown)} |\n");
        }

        return page.ToString();
    }

    /// <summary>Writes a cmdlet's page.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <returns>The page.</returns>
    public static string Write(CommandHelp command)
    {
        var page = new StringBuilder().Append(Notice).Append(CultureInfo.InvariantCulture, $"\n\n# {command.Name}\n\n{command.Synopsis!.Markdown}\n\n## Syntax\n\n```\n");
        page.AppendJoin("\n\n", command.Syntax.Select(set => $"{command.Name} {set.Text} [<CommonParameters>]".Replace("  ", " ", StringComparison.Ordinal))).Append("\n```\n\n## Description\n\n");
        page.AppendJoin("\n\n", command.Description.Select(paragraph => paragraph.Markdown)).Append("\n\n## Examples\n");
        foreach (var example in command.Examples)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n```powershell\n{example.Code}\n```\n\n");
            page.AppendJoin("\n\n", example.Remarks.Select(remark => remark.Markdown)).Append('\n');
        }

        if (command.Parameters.Count > 0) page.Append("\n## Parameters\n");
        foreach (var parameter in command.Parameters) Write(page, parameter);
        Write(page, "Inputs", command.Inputs, "Nothing can be piped to this cmdlet.");
        Write(page, "Outputs", command.Outputs, "This cmdlet emits nothing.");
        page.Append("\n## Related\n\n").AppendJoin(", ", command.Links.Select(Link)).Append('\n');
        return page.ToString();
    }

    private static void Write(StringBuilder page, ParameterHelp parameter)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### -{parameter.Name}\n\n{parameter.Summary!.Markdown}\n\n| | |\n|---|---|\n");
        Row("Type", $"`{parameter.Type}`");
        if (parameter.Values.Count > 0) Row("Accepted values", string.Join(", ", parameter.Values));
        if (parameter.Aliases.Count > 0) Row("Aliases", string.Join(", ", parameter.Aliases));
        Row("Required", parameter.IsMandatory ? "yes" : "no");
        Row("Position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named");
        Row("Default", parameter.Default is "None" ? "none" : $"`{parameter.Default}`");
        Row("Pipeline input", parameter.Pipeline);
        Row("Wildcards", parameter.AcceptsWildcards ? "yes" : "no");

        void Row(string name, string value) => page.Append(CultureInfo.InvariantCulture, $"| {name} | {Cell(value)} |\n");
    }

    private static void Write(StringBuilder page, string title, IReadOnlyList<TypeHelp> types, string none)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        if (types.Count == 0) page.Append(none).Append('\n');
        foreach (var type in types) page.Append(CultureInfo.InvariantCulture, $"- `{type.Name}`{(type.Summary is null ? string.Empty : $": {type.Summary.Markdown}")}\n");
    }

    private static string Link(string topic) => topic.StartsWith("about_", StringComparison.Ordinal)
        ? $"[{topic}](../../module/en-US/{topic}.help.txt)"
        : topic.Contains('-', StringComparison.Ordinal) ? $"[{topic}]({topic}.md)" : topic;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Spaced(string name) => string.Concat(name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));
}
