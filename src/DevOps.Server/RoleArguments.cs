namespace DevOps.Server;

/// <summary>A role and its options, as the launcher passes them: <c>ROLE --name value …</c>.</summary>
/// <param name="Role">The role.</param>
/// <param name="Options">The options by name, without hyphens.</param>
internal sealed record RoleArguments(string Role, IReadOnlyDictionary<string, string> Options)
{
    private const string Prefix = "--";

    /// <summary>Reads a command line.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>The role and its options; nothing when the command line has another form.</returns>
    public static RoleArguments? Read(string[] args)
    {
        // A role, then pairs.
        if (args.Length % 2 == 0) return null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 1; index < args.Length; index += 2)
        {
            if (!args[index].StartsWith(Prefix, StringComparison.Ordinal)) return null;
            options[args[index][Prefix.Length..]] = args[index + 1];
        }

        return new RoleArguments(args[0], options);
    }

    /// <summary>Gets an option that the role cannot do without.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its value.</returns>
    public string Require(string name) =>
        Options.TryGetValue(name, out var value) ? value : throw new InvalidOperationException($"The role '{Role}' needs --{name}.");
}
