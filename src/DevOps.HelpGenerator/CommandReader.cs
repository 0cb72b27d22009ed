using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DevOps.HelpGenerator;

/// <summary>
/// Reads the cmdlets of an assembly. PowerShell itself says which parameter sets, positions and aliases there are, so
/// that help cannot say otherwise than the engine binds.
/// </summary>
internal static class CommandReader
{
    private static readonly Dictionary<string, string> Standard = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Shows what would be done and does nothing.",
        ["Confirm"] = "Asks before anything is done.",
    };

    /// <summary>Reads the cmdlets.</summary>
    /// <param name="assembly">The path of the assembly.</param>
    /// <param name="documentation">Its documentation comments.</param>
    /// <returns>The cmdlets, by name.</returns>
    public static IReadOnlyList<CommandHelp> Read(string assembly, XmlDocumentation documentation)
    {
        var initial = InitialSessionState.CreateDefault2();
        initial.ThrowOnRunspaceOpenError = true;
        initial.ImportPSModule([Path.GetFullPath(assembly)]);
        using var runspace = RunspaceFactory.CreateRunspace(initial);
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Get-Command").AddParameter("Module", Path.GetFileNameWithoutExtension(assembly)).AddParameter("CommandType", CommandTypes.Cmdlet);
        var commands = shell.Invoke<CmdletInfo>().OrderBy(command => command.Name, StringComparer.Ordinal).ToList();
        var families = commands.ToLookup(command => FamilyOf(command.ImplementingType), command => command.Name, StringComparer.Ordinal);
        // Parameter sets are worked out by the session, so they are read while it is open.
        return [.. commands.Select(command => ReadOne(command, documentation, families))];
    }

    private static CommandHelp ReadOne(CmdletInfo command, XmlDocumentation documentation, ILookup<string, string> families)
    {
        var type = command.ImplementingType;
        var instance = Activator.CreateInstance(type)!;
        var syntax = command.ParameterSets
            .OrderByDescending(set => set.IsDefault)
            .Select(set => new SyntaxHelp(
                set.ToString().Replace("[<CommonParameters>]", string.Empty, StringComparison.Ordinal).Trim(),
                [.. InOrder(set.Parameters.Where(IsOwn)).Select(parameter => ReadParameter(parameter, type, instance, documentation))]))
            .ToList();
        var family = FamilyOf(type);
        return new CommandHelp(
            command.Name,
            family,
            documentation.Synopsis(type),
            documentation.Description(type),
            syntax,
            [.. syntax.SelectMany(set => set.Parameters).GroupBy(parameter => parameter.Name, StringComparer.Ordinal).Select(Merge).OrderBy(parameter => parameter.Name, StringComparer.Ordinal)],
            Inputs(command),
            [.. command.OutputType.Where(output => output.Type is not null).Select(output => new TypeHelp(output.Name, documentation.Summary(output.Type)))],
            documentation.Examples(type),
            [.. documentation.SeeAlso(type).Concat(families[family]).Where(name => name != command.Name).Distinct(StringComparer.Ordinal), "about_DevOps"]);

        static bool IsOwn(CommandParameterInfo parameter) => !Cmdlet.CommonParameters.Contains(parameter.Name);
    }

    private static IEnumerable<CommandParameterInfo> InOrder(IEnumerable<CommandParameterInfo> parameters) => parameters
        .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
        .ThenByDescending(parameter => parameter.IsMandatory)
        .ThenBy(parameter => Standard.ContainsKey(parameter.Name));

    private static ParameterHelp ReadParameter(CommandParameterInfo parameter, Type type, object instance, XmlDocumentation documentation)
    {
        var property = type.GetProperty(parameter.Name);
        var summary = property is not null
            ? documentation.Summary(property)
            : Standard.TryGetValue(parameter.Name, out var text) ? new DocumentText(text, text) : null;
        return new ParameterHelp(
            parameter.Name,
            TypeNames.Short(parameter.ParameterType),
            summary,
            parameter.ParameterType == typeof(SwitchParameter),
            parameter.IsMandatory,
            parameter.Position < 0 ? null : parameter.Position,
            (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
            {
                (true, true) => "True (ByValue, ByPropertyName)",
                (true, false) => "True (ByValue)",
                (false, true) => "True (ByPropertyName)",
                _ => "False",
            },
            parameter.IsMandatory || property is null ? "None" : Show(property.GetValue(instance)),
            parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            [.. parameter.Aliases.Order(StringComparer.Ordinal)],
            Values(parameter));
    }

    // Over all sets: mandatory when it is so in each, piped when it is so in any.
    private static ParameterHelp Merge(IEnumerable<ParameterHelp> occurrences)
    {
        var all = occurrences.ToList();
        return all[0] with
        {
            IsMandatory = all.TrueForAll(parameter => parameter.IsMandatory),
            Position = all.Select(parameter => parameter.Position).FirstOrDefault(position => position is not null),
            Pipeline = all.Select(parameter => parameter.Pipeline).FirstOrDefault(pipeline => pipeline != "False") ?? "False",
        };
    }

    private static List<TypeHelp> Inputs(CmdletInfo command) =>
    [
        .. command.ParameterSets
            .SelectMany(set => set.Parameters)
            .Where(parameter => parameter.ValueFromPipeline || parameter.ValueFromPipelineByPropertyName)
            .GroupBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(group => group.OrderByDescending(parameter => parameter.ValueFromPipeline).First())
            .OrderByDescending(parameter => parameter.ValueFromPipeline)
            .ThenBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter =>
            {
                var text = parameter.ValueFromPipeline
                    ? $"Objects from the pipeline are taken as -{parameter.Name}."
                    : $"A property called {parameter.Name} of an object from the pipeline is taken as -{parameter.Name}.";
                return new TypeHelp(TypeNames.Full(parameter.ParameterType), new DocumentText(text, text.Replace($" -{parameter.Name}", $" `-{parameter.Name}`", StringComparison.Ordinal)));
            }),
    ];

    private static List<string> Values(CommandParameterInfo parameter)
    {
        var listed = parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(attribute => attribute.ValidValues).ToList();
        if (listed.Count > 0) return listed;
        var element = parameter.ParameterType.IsArray ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        element = Nullable.GetUnderlyingType(element) ?? element;
        return element.IsEnum ? [.. Enum.GetNames(element)] : [];
    }

    private static string Show(object? value) => value switch
    {
        null or "" => "None",
        SwitchParameter given => given.IsPresent ? "True" : "False",
        TimeSpan span => Show(span),
        string text => text,
        IEnumerable items => string.Join(", ", items.Cast<object>().Select(Show)) is { Length: > 0 } list ? list : "None",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "None",
    };

    // As people write durations: the largest unit that leaves no rest.
    private static string Show(TimeSpan span) => span.Ticks switch
    {
        0 => "0s",
        _ when span.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours}h"),
        _ when span.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes}m"),
        _ when span.Ticks % TimeSpan.TicksPerSecond == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds}ms"),
    };

    private static string FamilyOf(Type type) => type.Namespace![(type.Namespace!.LastIndexOf('.') + 1)..];
}
