using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DevOps.HelpGenerator;

/// <summary>Writes the form of help that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the help of all cmdlets.</summary>
    /// <param name="commands">The cmdlets.</param>
    /// <returns>The file's text.</returns>
    public static string Write(IReadOnlyList<CommandHelp> commands)
    {
        var document = new XDocument(
            new XComment(" Generated from the documentation comments of the cmdlet classes. "),
            new XElement(Root + "helpItems", new XAttribute("schema", "maml"), commands.Select(Write)));
        var text = new StringBuilder();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true };
        using (var writer = XmlWriter.Create(text, settings)) document.Save(writer);
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    private static XElement Write(CommandHelp command)
    {
        var name = command.Name.Split('-');
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", command.Name),
                new XElement(Command + "verb", name[0]),
                new XElement(Command + "noun", name[1]),
                Paragraphs(Maml + "description", command.Synopsis!)),
            Paragraphs(Maml + "description", [.. command.Description]),
            new XElement(
                Command + "syntax",
                command.Syntax.Select(set => new XElement(
                    Command + "syntaxItem",
                    new XElement(Maml + "name", command.Name),
                    set.Parameters.Select(parameter => Write(parameter, isSyntax: true))))),
            new XElement(Command + "parameters", command.Parameters.Select(parameter => Write(parameter, isSyntax: false))),
            new XElement(
                Command + "inputTypes",
                command.Inputs.DefaultIfEmpty(new TypeHelp("None", Sentence("Nothing can be piped to this cmdlet."))).Select(input => Write(Command + "inputType", input))),
            new XElement(
                Command + "returnValues",
                command.Outputs.DefaultIfEmpty(new TypeHelp("None", Sentence("This cmdlet emits nothing."))).Select(output => Write(Command + "returnValue", output))),
            new XElement(Command + "examples", command.Examples.Select(Write)),
            new XElement(
                Command + "relatedLinks",
                command.Links.Select(link => new XElement(Maml + "navigationLink", new XElement(Maml + "linkText", link)))));
    }

    private static XElement Write(ParameterHelp parameter, bool isSyntax) => new(
        Command + "parameter",
        new XAttribute("required", Lower(parameter.IsMandatory)),
        new XAttribute("variableLength", "false"),
        new XAttribute("globbing", Lower(parameter.AcceptsWildcards)),
        new XAttribute("pipelineInput", parameter.Pipeline),
        new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Paragraphs(Maml + "description", [parameter.Summary!, .. parameter.Values.Count == 0 || isSyntax ? [] : (DocumentText[])[Sentence($"Accepted values: {string.Join(", ", parameter.Values)}.")]]),
        isSyntax && parameter.Values.Count > 0
            ? new XElement(Command + "parameterValueGroup", parameter.Values.Select(value => new XElement(Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), value)))
            : null,
        isSyntax && parameter.IsSwitch
            ? null
            : new XElement(Command + "parameterValue", new XAttribute("required", Lower(!parameter.IsSwitch)), new XAttribute("variableLength", "false"), parameter.Type),
        new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", parameter.Default));

    private static XElement Write(XName element, TypeHelp type) => new(
        element,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name), new XElement(Maml + "uri")),
        Paragraphs(Maml + "description", type.Summary is null ? [] : [type.Summary]));

    private static XElement Write(ExampleHelp example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"-------------------------- Example {index + 1} --------------------------")),
        new XElement(Dev + "code", example.Code),
        // The empty paragraph keeps the next example's title apart.
        Paragraphs(Dev + "remarks", [.. example.Remarks, Sentence(string.Empty)]));

    private static XElement Paragraphs(XName element, params DocumentText[] paragraphs) =>
        new(element, paragraphs.Select(paragraph => new XElement(Maml + "para", paragraph.Plain)));

    private static DocumentText Sentence(string text) => new(text, text);

    private static string Lower(bool value) => value ? "true" : "false";
}
