using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using DevOps.Shell.CommandLine;

namespace DevOps.Shell.Execution;

/// <summary>
/// Tells who types a command that ships with PowerShell, but not with its engine, where that command is, in place of
/// "not recognized", which would send them looking for a typing error.
/// </summary>
internal static class MissingCommandHint
{
    // The engine ignores an exception from its lookup event, so the error comes from a function that stands in. It takes
    // any arguments and any input, and blames the line that called it.
    private const string StandIn = """
        function COMMAND
        {
            [CmdletBinding(PositionalBinding = $false)]
            param(
                [Parameter(ValueFromPipeline)] $PipelineObject,
                [Parameter(ValueFromRemainingArguments)] $Remaining
            )
            begin
            {
                $failure = [System.Management.Automation.CommandNotFoundException]::new('MESSAGE')
                $failure.CommandName = 'COMMAND'
                $PSCmdlet.ThrowTerminatingError(
                    [System.Management.Automation.ErrorRecord]::new($failure, 'CommandShipsWithPowerShell', 'ObjectNotFound', 'COMMAND'))
            }
        }
        $ExecutionContext.InvokeCommand.GetCommand('COMMAND', 'Function')
        """;

    /// <summary>Attaches itself to a session.</summary>
    /// <param name="runspace">The session, open.</param>
    public static void Attach(Runspace runspace)
    {
        // Read when the first command is missing, which for most sessions is never.
        var commands = new Lazy<IReadOnlyDictionary<string, string>>(ReadCommands);
        runspace.SessionStateProxy.InvokeCommand.CommandNotFoundAction = (_, lookup) =>
        {
            if (commands.Value.TryGetValue(lookup.CommandName, out var module)) lookup.Command = StandInFor(lookup.CommandName, module);
        };
    }

    /// <summary>Reads which command is in which module.</summary>
    /// <returns>The module of each command.</returns>
    /// <exception cref="InvalidOperationException">The list is missing from the assembly.</exception>
    internal static IReadOnlyDictionary<string, string> ReadCommands()
    {
        using var stream = typeof(MissingCommandHint).Assembly.GetManifestResourceStream("PowerShellCommands.txt")
            ?? throw new InvalidOperationException("The list of PowerShell's commands is missing from the shell.");
        using var reader = new StreamReader(stream);
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var module = string.Empty;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[') module = line.Trim('[', ']');
            else result[line] = module;
        }

        return result;
    }

    private static CommandInfo? StandInFor(string command, string module)
    {
        var message = $"'{command}' belongs to PowerShell's module {module}, which the bundled shell does not carry. "
            + $"Install PowerShell 7.6 or later ({InstallAdvice.Address}); ./devops uses it as soon as pwsh is on PATH.";
        var script = ScriptBlock.Create(StandIn
            .Replace("MESSAGE", CodeGeneration.EscapeSingleQuotedStringContent(message), StringComparison.Ordinal)
            .Replace("COMMAND", command, StringComparison.Ordinal));
        // In a module of its own, so that the session goes on without such a function and Get-Command finds none.
        return new PSModuleInfo(linkToGlobal: true).Invoke(script) is PSObject { BaseObject: CommandInfo found } ? found : null;
    }
}
