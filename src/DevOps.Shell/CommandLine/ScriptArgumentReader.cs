using System.Management.Automation.Runspaces;

namespace DevOps.Shell.CommandLine;

/// <summary>Turns what follows a script on the command line into its parameters, as pwsh -File does.</summary>
internal static class ScriptArgumentReader
{
    /// <summary>Reads the arguments: -Name, -Name value, -Name:value, -Name: value, and plain values.</summary>
    /// <param name="arguments">The arguments after the script.</param>
    /// <returns>The parameters to bind.</returns>
    public static IReadOnlyList<CommandParameter> Read(IEnumerable<string> arguments)
    {
        var result = new List<CommandParameter>();
        string? waiting = null;
        foreach (var argument in arguments)
        {
            if (waiting is not null)
            {
                result.Add(new CommandParameter(waiting, argument));
                waiting = null;
            }
            else if (argument.Length < 2 || !Dashes.StartsWithDash(argument))
            {
                result.Add(new CommandParameter(name: null, argument));
            }
            else if (argument.IndexOf(':', StringComparison.Ordinal) is var colon && colon < 0)
            {
                // The binder decides whether the next plain value belongs to it or whether it is a switch.
                result.Add(new CommandParameter(argument));
            }
            else if (colon == argument.Length - 1)
            {
                waiting = argument.TrimEnd(':');
            }
            else
            {
                result.Add(new CommandParameter(argument[..colon], ToBooleanIfOne(argument[(colon + 1)..])));
            }
        }

        // A name with a colon and nothing after it: let the binder say that the value is missing.
        if (waiting is not null) result.Add(new CommandParameter(waiting));
        return result;
    }

    // -Force:$false is text on a command line, and a switch does not take text.
    private static object ToBooleanIfOne(string text) =>
        bool.TryParse(text.StartsWith('$') ? text.AsSpan(1) : text, out var value) ? value : text;
}
