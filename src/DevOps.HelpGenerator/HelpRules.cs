namespace DevOps.HelpGenerator;

/// <summary>What the help of every cmdlet must have.</summary>
internal static class HelpRules
{
    private const int LeastExamples = 2;

    /// <summary>Finds what is missing.</summary>
    /// <param name="commands">The cmdlets.</param>
    /// <returns>One sentence a fault: which cmdlet, what, and where it is written.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyList<CommandHelp> commands) => [.. commands.SelectMany(Check)];

    private static IEnumerable<string> Check(CommandHelp command)
    {
        if (command.Synopsis is null) yield return $"{command.Name} has no synopsis. Write <para type=\"synopsis\"> in the summary of its class.";
        if (command.Description.Count == 0) yield return $"{command.Name} has no description. Write <para type=\"description\"> in the summary of its class.";
        if (command.Outputs.Count == 0 && !command.Name.StartsWith("Remove-", StringComparison.Ordinal))
        {
            yield return $"{command.Name} does not say what it emits. Put [OutputType(typeof(…))] on its class; typeof(void) when it emits nothing.";
        }

        if (command.Examples.Count < LeastExamples)
        {
            yield return $"{command.Name} has {command.Examples.Count} complete examples and needs {LeastExamples}. Write <example><code>…</code><para>…</para></example> on its class.";
        }

        foreach (var parameter in command.Parameters)
        {
            if (parameter.Summary is null) yield return $"{command.Name} -{parameter.Name} is not described. Write a <summary> on the property.";
        }
    }
}
