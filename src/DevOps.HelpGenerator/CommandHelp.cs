namespace DevOps.HelpGenerator;

/// <summary>Everything that the help of one cmdlet says.</summary>
/// <param name="Name">Verb and noun.</param>
/// <param name="Family">The folder that its class stands in, which groups the index.</param>
/// <param name="Synopsis">One sentence.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Syntax">The parameter sets, the default one first.</param>
/// <param name="Parameters">All parameters but the common ones, by name.</param>
/// <param name="Inputs">The types that can be piped in, and to which parameter.</param>
/// <param name="Outputs">The types that it emits.</param>
/// <param name="Examples">The examples.</param>
/// <param name="Links">Names of related help topics.</param>
internal sealed record CommandHelp(
    string Name,
    string Family,
    DocumentText? Synopsis,
    IReadOnlyList<DocumentText> Description,
    IReadOnlyList<SyntaxHelp> Syntax,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<TypeHelp> Inputs,
    IReadOnlyList<TypeHelp> Outputs,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<string> Links);

/// <summary>One parameter set.</summary>
/// <param name="Text">As Get-Command -Syntax shows it, without the cmdlet's name.</param>
/// <param name="Parameters">Its parameters in the order of the text.</param>
internal sealed record SyntaxHelp(string Text, IReadOnlyList<ParameterHelp> Parameters);

/// <summary>A parameter, in one set or over all of them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as PowerShell users write it.</param>
/// <param name="Summary">What it means.</param>
/// <param name="IsSwitch">Whether it takes no value.</param>
/// <param name="IsMandatory">Whether it must be given.</param>
/// <param name="Position">Its position from 0, or nothing for a named one.</param>
/// <param name="Pipeline">How it takes pipeline input: False, True (ByValue), True (ByPropertyName) or both.</param>
/// <param name="Default">What holds when it is not given.</param>
/// <param name="AcceptsWildcards">Whether wildcards are understood.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Values">The only values that it takes, when they can be listed.</param>
internal sealed record ParameterHelp(
    string Name,
    string Type,
    DocumentText? Summary,
    bool IsSwitch,
    bool IsMandatory,
    int? Position,
    string Pipeline,
    string Default,
    bool AcceptsWildcards,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values);

/// <summary>A type that goes in or comes out.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Summary">What it is, or where it goes.</param>
internal sealed record TypeHelp(string Name, DocumentText? Summary);

/// <summary>An example.</summary>
/// <param name="Code">What is typed.</param>
/// <param name="Remarks">What it does.</param>
internal sealed record ExampleHelp(string Code, IReadOnlyList<DocumentText> Remarks);

/// <summary>A paragraph, for a console and for a page.</summary>
/// <param name="Plain">Without any marks.</param>
/// <param name="Markdown">With code marked.</param>
internal sealed record DocumentText(string Plain, string Markdown);
