namespace DevOps.Core.Environments;

/// <summary>What texts of an environment file may hold. Each rule says what is wrong, or nothing.</summary>
internal static class TextRules
{
    // systemd reads these before a command's path; '+' and '!' would run it with more rights than the unit's user has.
    private const string CommandPrefixes = "@-:+!|";

    /// <summary>A path inside the repository or the artifact.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? InnerPath(string path)
    {
        if (SingleLine(path) is { } wrong) return wrong;
        if (path.Contains('\\', StringComparison.Ordinal)) return $"'{path}' has a backslash. Separate folders with '/'.";
        if (path.StartsWith('/') || path.StartsWith('~') || (path.Length > 1 && path[1] == ':')) return $"'{path}' is absolute. Expected a path inside, such as 'web/app'.";
        var segments = path.Split('/');
        if (segments.Contains("..", StringComparer.Ordinal)) return $"'{path}' leads outside by '..'. Expected a path inside, such as 'web/app'.";
        return segments.Contains(".git", StringComparer.OrdinalIgnoreCase) ? $"'{path}' leads into git's own folder, which no release holds." : null;
    }

    /// <summary>Brings an inner path into its one form: no <c>.</c>, no empty part, no slash at the end.</summary>
    /// <param name="path">A path that <see cref="InnerPath"/> finds right.</param>
    /// <returns>The path; <c>.</c> when nothing is left.</returns>
    public static string NormalizePath(string path)
    {
        var segments = path.Split('/').Where(segment => segment is not ("" or "."));
        return string.Join('/', segments) is { Length: > 0 } normal ? normal : ".";
    }

    /// <summary>A file inside the artifact: a path that is not the whole.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? InnerFile(string path) =>
        InnerPath(path) ?? (NormalizePath(path) == "." || path.EndsWith('/') ? $"'{path}' is a folder. Expected a file, such as 'conf/app.properties'." : null);

    /// <summary>A command for <c>/bin/sh</c>, which may have several lines.</summary>
    /// <param name="command">The command.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? ShellCommand(string command)
    {
        if (string.IsNullOrWhiteSpace(command)) return "The command is empty. Leave the key out when there is nothing to run.";
        return command.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t')) ? "The command holds a control character." : null;
    }

    /// <summary>A unit's command line, one line in systemd's syntax.</summary>
    /// <param name="command">The command.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? UnitCommand(string command)
    {
        if (SingleLine(command) is { } wrong) return wrong;
        if (command != command.Trim()) return "The command begins or ends with white space.";
        if (CommandPrefixes.Contains(command[0], StringComparison.Ordinal)) return $"The command begins with '{command[0]}', which systemd takes as an order to run it differently. Begin with the program.";
        if (command.EndsWith('\\')) return "The command ends with a backslash, which would join it with the next line of the unit.";
        if (!HasBalancedQuotes(command)) return "A quotation mark in the command is never closed.";
        var program = command.Split(' ', 2)[0].Trim('"', '\'');
        return program.Contains('/', StringComparison.Ordinal) && !program.StartsWith('/')
            ? $"systemd does not run '{program}': expected a program's full path or its bare name. The release is at /opt/devops/APPLICATION/current, which is also the working folder, so a file of the release is run by, for example, '/bin/sh {program}'."
            : null;
    }

    /// <summary>Text in one line, at least one character of it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? SingleLine(string text) => string.IsNullOrWhiteSpace(text) ? "The text is empty." : NoControlCharacters(text);

    /// <summary>Text without line breaks and other control characters.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? NoControlCharacters(string text)
    {
        if (text.Contains('\n', StringComparison.Ordinal) || text.Contains('\r', StringComparison.Ordinal)) return "The text has a line break. Expected one line.";
        return text.Any(char.IsControl) ? "The text holds a control character." : null;
    }

    /// <summary>A path that HTTP asks for.</summary>
    /// <param name="path">The path, with or without a query.</param>
    /// <returns>What is wrong with it.</returns>
    public static string? HttpPath(string path)
    {
        if (SingleLine(path) is { } wrong) return wrong;
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal)) return $"'{path}' is not a path on the instance. Expected one that begins with a single '/', such as '/health'.";
        return path.Any(character => character is <= ' ' or > '~' or '#' or '"' or '<' or '>' or '\\')
            ? $"'{path}' holds a character that a URI's path cannot. Write it percent-encoded."
            : null;
    }

    private static bool HasBalancedQuotes(string command)
    {
        char? open = null;
        for (var i = 0; i < command.Length; i++)
        {
            if (command[i] == '\\') i++;
            else if (open == command[i]) open = null;
            else if (open is null && (command[i] is '"' or '\'')) open = command[i];
        }

        return open is null;
    }
}
