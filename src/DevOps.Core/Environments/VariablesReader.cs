using System.Text.RegularExpressions;

namespace DevOps.Core.Environments;

/// <summary>Reads the variables and secrets of one application.</summary>
/// <param name="services">The names of the environment's services.</param>
/// <param name="folder">The folder of the environment file.</param>
/// <param name="findings">Where findings go.</param>
internal sealed partial class VariablesReader(IReadOnlyCollection<string> services, string folder, FindingList findings)
{
    // systemd sets these for the unit, so a value of ours would be lost or would lie to the process.
    private static readonly string[] Reserved =
    [
        "CACHE_DIRECTORY", "CONFIGURATION_DIRECTORY", "CREDENTIALS_DIRECTORY", "EXIT_CODE", "EXIT_STATUS", "HOME", "INVOCATION_ID",
        "JOURNAL_STREAM", "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID", "LOGNAME", "LOGS_DIRECTORY", "MAINPID", "NOTIFY_SOCKET",
        "PIDFILE", "RUNTIME_DIRECTORY", "SERVICE_RESULT", "SHELL", "STATE_DIRECTORY", "USER", "WATCHDOG_PID", "WATCHDOG_USEC",
    ];

    private static readonly string[] ReservedBeginnings = ["DEVOPS_", "SYSTEMD_"];

    private readonly Dictionary<string, SourcePosition> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (SourcePosition At, string Key)> _secrets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the variables.</summary>
    /// <param name="table">The table, if there is one.</param>
    /// <returns>Names and values.</returns>
    public IReadOnlyDictionary<string, string> ReadVariables(TableReader? table)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in table?.Entries ?? [])
        {
            var key = table!.PathOf(entry.Key);
            CheckName(entry, key);
            _variables[entry.Key] = entry.KeyAt;
            if (ReadValue(entry.Value, key) is { } value) values[entry.Key] = value;
        }

        return values;
    }

    /// <summary>Reads the references to secrets and looks at what they refer to.</summary>
    /// <param name="table">The table, if there is one.</param>
    /// <returns>Names and references.</returns>
    public IReadOnlyDictionary<string, SecretReference> ReadSecrets(TableReader? table)
    {
        var references = new SortedDictionary<string, SecretReference>(StringComparer.Ordinal);
        foreach (var entry in table?.Entries ?? [])
        {
            var key = table!.PathOf(entry.Key);
            CheckName(entry, key);
            _secrets[entry.Key] = (entry.KeyAt, key);
            if (ReadReference(entry.Value, key) is { } reference) references[entry.Key] = reference;
        }

        return references;
    }

    /// <summary>Reports names that are a variable and a secret at once.</summary>
    public void ReportNamesInBoth()
    {
        foreach (var (name, (at, key)) in _secrets)
        {
            if (_variables.TryGetValue(name, out var variable)) findings.Error(at, key, $"{name} is also among the Variables, in line {variable.Line}. Keep one of the two.");
        }
    }

    private void CheckName(NeutralEntry entry, string key)
    {
        if (NameRule.Variable.Problem(entry.Key) is { } problem) findings.Error(entry.KeyAt, key, problem);
        else if (Reserved.Contains(entry.Key, StringComparer.OrdinalIgnoreCase)) findings.Error(entry.KeyAt, key, $"{entry.Key} is set by systemd for the unit. Choose another name.");
        else if (ReservedBeginnings.FirstOrDefault(beginning => entry.Key.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) is { } beginning)
        {
            findings.Error(entry.KeyAt, key, $"Names that begin with {beginning} are reserved. Choose another name.");
        }
    }

    private string? ReadValue(NeutralNode node, string key)
    {
        var text = node switch
        {
            NeutralString given => given.Value,
            // 1.0 and 0x10 would not arrive as they are written.
            NeutralNumber number when PlainNumber().IsMatch(number.Text) => number.Text,
            _ => null,
        };
        if (text is null)
        {
            TableReader.ReportType(node, key, "a string or a plain whole number", findings, node is NeutralBoolean or NeutralNumber ? " Write it in quotes, as the process shall see it." : string.Empty);
            return null;
        }

        if (TextRules.NoControlCharacters(text) is { } wrong) findings.Error(node.At, key, wrong);
        foreach (var (_, problem) in Placeholder.Check(text, services)) findings.Error(node.At, key, $"{problem} The placeholders that exist are {Placeholder.Forms}.");
        return text;
    }

    private SecretReference? ReadReference(NeutralNode node, string key)
    {
        if (node is NeutralString)
        {
            findings.Error(node.At, key, "Secrets are never written here. Expected @{ File = '…' } or @{ Variable = '…' }, which say where the value is found on the control host.");
            return null;
        }

        if (TableReader.Of(node, key, findings) is not { } table) return null;
        var file = table.OptionalText("File", TextRules.SingleLine);
        var variable = table.OptionalName("Variable", NameRule.Variable);
        table.RefuseUnknownKeys();
        if (table.Value("File") is null == table.Value("Variable") is null)
        {
            findings.Error(node.At, key, "Expected either File or Variable: where the value is found on the control host.");
            return null;
        }

        if (file is not null) CheckFile(file, table.PositionOf("File"), table.PathOf("File"));
        if (variable is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            findings.Warning(table.PositionOf("Variable"), table.PathOf("Variable"), $"The variable {variable} is not set here. Whoever deploys must have it set.");
        }

        return new SecretReference(file, variable);
    }

    private void CheckFile(string relative, SourcePosition at, string key)
    {
        var file = new FileInfo(Path.Combine(folder, relative));
        if (!file.Exists)
        {
            findings.MachineError(at, key, $"The file '{file.FullName}' does not exist. Nothing can be deployed without it.");
            return;
        }

        if (file.Length == 0) findings.MachineError(at, key, $"The file '{file.FullName}' is empty. Nothing can be deployed without a value.");
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & others) != UnixFileMode.None)
        {
            findings.Warning(at, key, $"Others than its owner may use the file '{file.FullName}'. Run: chmod 600 '{file.FullName}'");
        }
    }

    [GeneratedRegex(@"^-?[0-9]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainNumber();
}
