using DevOps.Model;

namespace DevOps.Core.Environments;

/// <summary>What checking an environment file gave.</summary>
/// <param name="Definition">
/// What the file says; nothing when something in it is wrong. A finding about this machine (a secret's file that is
/// missing) does not take the definition away: who only looks at the environment needs no secrets.
/// </param>
/// <param name="Findings">Everything that is wrong with it, in the order of the file.</param>
public sealed record EnvironmentValidation(EnvironmentDefinition? Definition, IReadOnlyList<DeploymentEnvironmentFinding> Findings);

/// <summary>The rules of environment files.</summary>
public static class EnvironmentFile
{
    /// <summary>Checks an environment file that somebody has read, and finds all that is wrong with it at once.</summary>
    /// <param name="tree">The file's content.</param>
    /// <param name="file">The file's full path; findings name it, and secrets' files are found relative to it.</param>
    /// <returns>The definition, or what stands in its way.</returns>
    public static EnvironmentValidation Validate(NeutralNode tree, string file)
    {
        var findings = new FindingList(file);
        var definition = Read(tree, file, findings);
        return new EnvironmentValidation(findings.HasContentError ? null : definition, findings.InFileOrder());
    }

    private static EnvironmentDefinition? Read(NeutralNode tree, string file, FindingList findings)
    {
        if (TableReader.Of(tree, string.Empty, findings) is not { } table) return null;
        var name = table.Name("Name", NameRule.Environment);
        var connection = table.OptionalName("Connection", NameRule.Connection);
        var services = table.Tables("Services", isRequired: false).Select(ReadService).ToList();
        var reader = new ApplicationReader([.. services.Select(service => service.Definition.Name)], Path.GetDirectoryName(file)!, findings);
        var applications = table.Tables("Applications", isRequired: true).Select(each => (Table: each, Definition: reader.Read(each))).ToList();
        table.RefuseUnknownKeys();
        ReportDuplicates(services, applications, findings);
        return new EnvironmentDefinition(
            name,
            file,
            connection,
            [.. services.Select(service => service.Definition)],
            [.. applications.Select(application => application.Definition)]);
    }

    private static (TableReader Table, ServiceDefinition Definition) ReadService(TableReader table)
    {
        var definition = new ServiceDefinition(
            table.Name("Name", NameRule.Service),
            table.Name("Fleet", NameRule.Fleet),
            table.Integer("Port", minimum: 1, maximum: ApplicationReader.LastPort) ?? 0);
        table.RefuseUnknownKeys();
        return (table, definition);
    }

    private static void ReportDuplicates(
        List<(TableReader Table, ServiceDefinition Definition)> services,
        List<(TableReader Table, ApplicationDefinition Definition)> applications,
        FindingList findings)
    {
        ReportSameName("service", services.Select(service => (service.Table, service.Definition.Name)), findings);
        ReportSameName("application", applications.Select(application => (application.Table, application.Definition.Name)), findings);

        var listeners = new Dictionary<(string Fleet, int Port), string>();
        var all = services.Select(service => (service.Table, What: $"the service {service.Definition.Name}", service.Definition.Fleet, service.Definition.Port))
            .Concat(applications.Select(application => (application.Table, What: $"the application {application.Definition.Name}", application.Definition.Fleet, application.Definition.Port)));
        foreach (var (table, what, fleet, port) in all)
        {
            // What is missing or wrong was reported where it stands.
            if (fleet.Length == 0 || port == 0) continue;
            if (!listeners.TryAdd((fleet, port), what))
            {
                findings.Error(table.PositionOf("Port"), table.PathOf("Port"), $"The fleet {fleet} has port {port} taken by {listeners[(fleet, port)]} already.");
            }
        }
    }

    private static void ReportSameName(string kind, IEnumerable<(TableReader Table, string Name)> named, FindingList findings)
    {
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (table, name) in named)
        {
            var at = table.PositionOf("Name");
            if (name.Length > 0 && !seen.TryAdd(name, at.Line)) findings.Error(at, table.PathOf("Name"), $"There is another {kind} called '{name}' in line {seen[name]}.");
        }
    }
}
