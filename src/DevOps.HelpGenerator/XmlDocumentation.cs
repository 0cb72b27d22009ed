using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DevOps.HelpGenerator;

/// <summary>The documentation comments that the compiler wrote down.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the files.</summary>
    /// <param name="files">The compiler's documentation files.</param>
    public XmlDocumentation(params string[] files)
    {
        foreach (var member in files.SelectMany(file => XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member")))
        {
            _members[member.Attribute("name")!.Value] = member;
        }
    }

    /// <summary>The one-sentence paragraph of a cmdlet class.</summary>
    /// <param name="type">The class.</param>
    /// <returns>The paragraph, or nothing.</returns>
    public DocumentText? Synopsis(Type type) => Paragraphs(type, "synopsis").FirstOrDefault();

    /// <summary>The describing paragraphs of a cmdlet class.</summary>
    /// <param name="type">The class.</param>
    /// <returns>The paragraphs.</returns>
    public IReadOnlyList<DocumentText> Description(Type type) => Paragraphs(type, "description");

    /// <summary>The examples of a cmdlet class.</summary>
    /// <param name="type">The class.</param>
    /// <returns>The examples that have both code and a remark.</returns>
    public IReadOnlyList<ExampleHelp> Examples(Type type) =>
    [
        .. Elements(type, "example")
            .Select(example => new ExampleHelp(
                Dedent(string.Join("\n", example.Elements("code").Select(code => code.Value))),
                [.. example.Elements("para").Select(Text).Where(text => text.Plain.Length > 0)]))
            .Where(example => example.Code.Length > 0 && example.Remarks.Count > 0),
    ];

    /// <summary>What a type is.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Its summary, or nothing when it has none or is not ours.</returns>
    public DocumentText? Summary(Type type) => Elements(type, "summary").Select(Text).FirstOrDefault(text => text.Plain.Length > 0);

    /// <summary>What a property means, wherever in the class's line of descent it is described.</summary>
    /// <param name="property">The property.</param>
    /// <returns>Its summary, or nothing.</returns>
    public DocumentText? Summary(PropertyInfo property)
    {
        for (var type = property.DeclaringType; type is not null; type = type.BaseType)
        {
            var summary = _members.GetValueOrDefault($"P:{type.FullName}.{property.Name}")?.Element("summary");
            if (summary is not null && Text(summary) is { Plain.Length: > 0 } text) return text;
        }

        return null;
    }

    /// <summary>The topics that a class's comment points at with <c>seealso</c>.</summary>
    /// <param name="type">The class.</param>
    /// <returns>The names.</returns>
    public IReadOnlyList<string> SeeAlso(Type type) =>
        [.. Elements(type, "seealso").Select(link => link.Attribute("cref") is { } reference ? NameOf(reference.Value) : link.Value.Trim())];

    private static DocumentText Text(XElement element) => new(Render(element, isMarkdown: false), Render(element, isMarkdown: true));

    private static string Render(XElement element, bool isMarkdown)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText plain:
                    text.Append(plain.Value);
                    break;
                case XElement { Name.LocalName: "see" or "seealso" } link:
                    AppendCode(link.Attribute("cref") is { } reference ? NameOf(reference.Value) : link.Attribute("langword")?.Value ?? link.Value);
                    break;
                case XElement { Name.LocalName: "paramref" or "typeparamref" } name:
                    AppendCode(name.Attribute("name")!.Value);
                    break;
                case XElement { Name.LocalName: "c" } code:
                    AppendCode(code.Value);
                    break;
                case XElement other:
                    text.Append(Render(other, isMarkdown));
                    break;
            }
        }

        return WhiteSpace().Replace(text.ToString(), " ").Trim();

        void AppendCode(string code) => text.Append(isMarkdown ? $"`{code}`" : code);
    }

    // A cmdlet class is called by its cmdlet's name, anything else by its own.
    private static string NameOf(string reference)
    {
        var name = reference[(reference.LastIndexOf('.') + 1)..];
        var match = CommandClass().Match(name);
        return match.Success ? $"{match.Groups["verb"].Value}-{match.Groups["noun"].Value}" : name;
    }

    private static string Dedent(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var indent = lines.Skip(1).Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((line, index) => index == 0 ? line.Trim() : line[Math.Min(indent, line.Length)..].TrimEnd())).Trim();
    }

    private DocumentText[] Paragraphs(Type type, string kind) =>
    [
        .. Elements(type, "summary")
            .SelectMany(summary => summary.Elements("para"))
            .Where(paragraph => string.Equals(paragraph.Attribute("type")?.Value, kind, StringComparison.Ordinal))
            .Select(Text)
            .Where(text => text.Plain.Length > 0),
    ];

    private IEnumerable<XElement> Elements(Type type, string name) =>
        _members.GetValueOrDefault("T:" + type.FullName?.Replace('+', '.'))?.Elements(name) ?? [];

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("^(?<verb>[A-Z][a-z]+)(?<noun>[A-Z][A-Za-z]+)Command$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandClass();
}
