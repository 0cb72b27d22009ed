namespace DevOps.Core.Environments;

/// <summary>Reads one application of an environment file.</summary>
/// <param name="services">The names of the environment's services.</param>
/// <param name="folder">The folder of the environment file.</param>
/// <param name="findings">Where findings go.</param>
internal sealed class ApplicationReader(IReadOnlyCollection<string> services, string folder, FindingList findings)
{
    /// <summary>The highest port there is.</summary>
    public const int LastPort = 65_535;

    private const int SshPort = 22;
    private const int MostReleases = 1_000;
    private const int MostInstances = 1_000;
    private const int MostSuccesses = 1_000;
    private static readonly TimeSpan LongestWork = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Reads an application and reports all that is wrong with it.</summary>
    /// <param name="table">The application's table.</param>
    /// <returns>The definition, with empty values where something is wrong.</returns>
    public ApplicationDefinition Read(TableReader table)
    {
        var defaults = new ApplicationDefinition { Name = string.Empty, Fleet = string.Empty, Source = string.Empty, Command = string.Empty, Port = 0 };
        var definition = defaults with
        {
            Name = table.Name("Name", NameRule.Application),
            Fleet = table.Name("Fleet", NameRule.Fleet),
            Source = TextRules.NormalizePath(table.Text("Source", TextRules.InnerPath)),
            Build = table.OptionalText("Build", TextRules.ShellCommand)?.ReplaceLineEndings("\n"),
            BuildTimeout = table.Duration("BuildTimeout", LongestWork) ?? defaults.BuildTimeout,
            Artifact = TextRules.NormalizePath(table.OptionalText("Artifact", TextRules.InnerPath) ?? defaults.Artifact),
            Command = table.Text("Command", TextRules.UnitCommand),
            Port = table.Integer("Port", minimum: 1, LastPort) ?? 0,
            Templates = [.. table.Texts("Templates", TextRules.InnerFile).Select(TextRules.NormalizePath)],
            Canaries = table.Integer("Canaries", minimum: 0, MostInstances, isRequired: false) ?? defaults.Canaries,
            Balancer = table.OptionalName("Balancer", NameRule.Balancer),
            KeepReleases = table.Integer("KeepReleases", minimum: 1, MostReleases, isRequired: false) ?? defaults.KeepReleases,
            StopTimeout = table.Duration("StopTimeout", ApplicationDefinition.LongestStopTimeout) ?? defaults.StopTimeout,
        };
        definition = definition with { Health = ReadHealth(table.Table("Health")) };
        var variables = new VariablesReader(services, folder, findings);
        definition = definition with { Variables = variables.ReadVariables(table.Table("Variables")), Secrets = variables.ReadSecrets(table.Table("Secrets")) };
        variables.ReportNamesInBoth();
        table.RefuseUnknownKeys();

        if (definition.Port == SshPort) findings.Error(table.PositionOf("Port"), table.PathOf("Port"), "Port 22 is the host's own: administration goes through it.");
        if (definition.Command.Contains("{{", StringComparison.Ordinal))
        {
            findings.Warning(table.PositionOf("Command"), table.PathOf("Command"), "Placeholders are filled in in Variables and Templates only; the command keeps its braces. Put the value into a variable and use that: $NAME.");
        }

        return definition;
    }

    private HealthCheckDefinition ReadHealth(TableReader? table)
    {
        var defaults = new HealthCheckDefinition();
        if (table is null) return defaults;
        var health = new HealthCheckDefinition
        {
            Path = table.OptionalText("Path", TextRules.HttpPath) ?? defaults.Path,
            Status = table.Integer("Status", minimum: 100, maximum: 599, isRequired: false) ?? defaults.Status,
            Contains = table.OptionalText("Contains", TextRules.SingleLine),
            Successes = table.Integer("Successes", minimum: 1, MostSuccesses, isRequired: false) ?? defaults.Successes,
            Interval = table.Duration("Interval", LongestPause) ?? defaults.Interval,
            Timeout = table.Duration("Timeout", LongestWork) ?? defaults.Timeout,
        };
        table.RefuseUnknownKeys();
        if (health.Timeout <= (health.Successes - 1) * health.Interval)
        {
            findings.Error(
                table.PositionOf("Timeout"),
                table.PathOf("Timeout"),
                $"No instance can be found healthy: {health.Successes} good answers {health.Interval.TotalSeconds:0.###} s apart take longer than the timeout of {health.Timeout.TotalSeconds:0.###} s.");
        }

        return health;
    }
}
