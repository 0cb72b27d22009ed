namespace DevOps.Shell.CommandLine;

/// <summary>
/// Reads the command line as pwsh does: names in any case, shortened as pwsh allows, after one dash, two, or a slash;
/// -Command takes the rest of the line; the first argument that is no parameter is the script, and the rest is its own.
/// </summary>
internal static class ArgumentParser
{
    // The shortest form of each that pwsh accepts; an exact alias has itself as the shortest.
    private static readonly (string Name, string Shortest, string Id)[] s_parameters =
    [
        ("version", "v", "Version"),
        ("help", "h", "Help"),
        ("?", "?", "Help"),
        ("login", "l", "Login"),
        ("noexit", "noe", "NoExit"),
        ("noprofile", "nop", "NoProfile"),
        ("nologo", "nol", "NoLogo"),
        ("noninteractive", "noni", "NonInteractive"),
        ("interactive", "i", "Interactive"),
        ("command", "c", "Command"),
        ("file", "f", "File"),
        ("executionpolicy", "ex", "ExecutionPolicy"),
        ("ep", "ep", "ExecutionPolicy"),
        ("workingdirectory", "wo", "WorkingDirectory"),
        ("wd", "wd", "WorkingDirectory"),
    ];

    // pwsh has these too; the bundled shell does not, and says so instead of taking them for a script.
    private static readonly string[] s_notCarried =
    [
        "commandwithargs", "cwa", "configurationfile", "configurationname", "custompipename", "encodedcommand", "ec",
        "encodedarguments", "ea", "inputformat", "if", "mta", "namedpipeservermode", "noprofileloadtime", "outputformat",
        "of", "servermode", "settingsfile", "socketservermode", "sshservermode", "sta", "windowstyle",
    ];

    /// <summary>Reads the command line.</summary>
    /// <param name="arguments">The arguments as the process got them.</param>
    /// <returns>What they ask for.</returns>
    /// <exception cref="CommandLineException">They cannot be understood.</exception>
    public static ShellArguments Parse(IReadOnlyList<string> arguments)
    {
        var result = new ShellArguments();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i].Trim();
            if (argument.Length == 0) continue;
            switch (Identify(argument))
            {
                case "Version":
                    return result with { Action = ShellAction.ShowVersion };
                case "Help":
                    return result with { Action = ShellAction.ShowHelp };
                case "NoExit":
                    result = result with { NoExit = true };
                    break;
                case "NoLogo":
                    result = result with { NoLogo = true };
                    break;
                case "NonInteractive":
                    result = result with { IsNonInteractive = true };
                    break;
                case "Interactive":
                    result = result with { IsNonInteractive = false };
                    break;
                case "NoProfile" or "Login":
                    // There is no profile to skip, and the launcher is nobody's login shell.
                    break;
                case "ExecutionPolicy":
                    // Outside Windows pwsh ignores the policy as well.
                    _ = ValueOf(arguments, ++i, "-ExecutionPolicy", "a policy name");
                    break;
                case "WorkingDirectory":
                    result = result with { WorkingDirectory = ValueOf(arguments, ++i, "-WorkingDirectory", "a directory") };
                    break;
                case "Command":
                    return WithCommand(result, arguments, i + 1);
                case "File":
                    return WithFile(result, arguments, i + 1);
                default:
                    return WithFile(result, arguments, i);
            }
        }

        return result;
    }

    private static string? Identify(string argument)
    {
        if (!Dashes.StartsWithDash(argument) && argument[0] != '/') return null;
        // A path such as /srv/deploy.ps1 begins with a slash as well: it matches no name and is taken for the script.
        var name = argument[1..];
        if (name.Length > 0 && Dashes.StartsWithDash(argument) && name[0] == argument[0]) name = name[1..];
        var known = Array.Find(
            s_parameters,
            parameter => name.Length >= parameter.Shortest.Length && parameter.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        if (known.Id is not null) return known.Id;
        if (Dashes.StartsWithDash(argument) && s_notCarried.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new CommandLineException(
                $"The parameter '{argument}' belongs to PowerShell; the bundled shell does not have it. Install PowerShell 7.6 or later to use it: {InstallAdvice.Address}");
        }

        return null;
    }

    private static ShellArguments WithCommand(ShellArguments result, IReadOnlyList<string> arguments, int start)
    {
        if (start >= arguments.Count)
        {
            throw new CommandLineException("A command must follow -Command, for example: -Command 'Get-DigitalOcean'.");
        }

        var text = string.Join(' ', arguments.Skip(start));
        if (text != "-") return result with { Action = ShellAction.RunCommand, Text = text };
        return Console.IsInputRedirected
            ? result with { Action = ShellAction.ReadCommands }
            : throw new CommandLineException("-Command - reads commands from standard input, which is a terminal. Redirect it, or leave -Command out for an interactive session.");
    }

    private static ShellArguments WithFile(ShellArguments result, IReadOnlyList<string> arguments, int start)
    {
        if (start >= arguments.Count)
        {
            throw new CommandLineException("The path of a script must follow -File, for example: -File scripts/Start-Demo.ps1.");
        }

        var name = arguments[start];
        if (name == "-") return result with { Action = ShellAction.ReadCommands };
        // The full path, because a working directory is entered before the script runs.
        var file = Path.GetFullPath(name);
        if (!File.Exists(file)) throw new CommandLineException(MissingScript(name));
        return result with
        {
            Action = ShellAction.RunFile,
            Text = file,
            ScriptArguments = ScriptArgumentReader.Read(arguments.Skip(start + 1)),
        };
    }

    private static string MissingScript(string name)
    {
        if (!Dashes.StartsWithDash(name)) return $"The argument '{name}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.";
        var word = name.TrimStart('-');
        var similar = s_parameters
            .Where(parameter => word.Length > 0 && parameter.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            .Select(parameter => "-" + parameter.Id)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return similar.Count > 0
            ? $"Invalid argument '{name}', did you mean: {string.Join(", ", similar)}?"
            : $"Invalid argument '{name}': it is neither a parameter of the shell nor a script file. -Help lists the parameters.";
    }

    private static string ValueOf(IReadOnlyList<string> arguments, int index, string parameter, string what) =>
        index < arguments.Count ? arguments[index] : throw new CommandLineException($"{parameter} requires an argument: {what}.");
}
