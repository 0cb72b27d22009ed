using System.Text;
using DevOps.Core.Operations;

namespace DevOps.Core.Servers;

/// <summary>
/// The unit files of ours: root's stand in <c>/etc/systemd/system</c>, anybody else's in the account's own
/// <c>systemd/user</c> folder. Each says which installation it belongs to, and no other one touches it.
/// </summary>
/// <param name="scope">Whose manager reads them.</param>
/// <param name="folder">Where they stand; the usual place when nothing.</param>
internal sealed class SystemdUnits(SystemdScope scope, string? folder)
{
    private readonly string _folder = folder ?? UsualFolder(scope);

    /// <summary>The full path of a unit's file, which need not exist.</summary>
    /// <param name="unit">The unit's name.</param>
    /// <returns>The path.</returns>
    public string FileOf(string unit) => Path.Combine(_folder, unit);

    /// <summary>Writes a unit's file if it is missing or differs.</summary>
    /// <param name="unit">The unit's name.</param>
    /// <param name="text">Its whole text, whose first line is <see cref="SystemdUnitFile.OwnerLine"/>.</param>
    /// <returns>Whether something was written.</returns>
    /// <exception cref="DevOpsException"><c>UnitTaken</c>, <c>UnitNotWritable</c>.</exception>
    public bool Write(string unit, string text)
    {
        var file = FileOf(unit);
        try
        {
            var before = File.Exists(file) ? File.ReadAllText(file) : null;
            if (before == text) return false;
            if (before is not null && SystemdUnitFile.OwnerOf(before) != SystemdUnitFile.OwnerOf(text)) throw Taken(file, SystemdUnitFile.OwnerOf(before));
            Directory.CreateDirectory(_folder);
            // systemd may read at any moment: it sees the old text or the new.
            var temporary = $"{file}.{Guid.NewGuid():N}.new";
            File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, file, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(file, exception);
        }
    }

    /// <summary>Deletes a unit's file, if it is there.</summary>
    /// <param name="unit">The unit's name.</param>
    /// <exception cref="DevOpsException"><c>UnitNotWritable</c>.</exception>
    public void Delete(string unit)
    {
        var file = FileOf(unit);
        try
        {
            if (File.Exists(file)) File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(file, exception);
        }
    }

    /// <summary>Finds the unit files of an installation.</summary>
    /// <param name="stateFolder">The installation's state folder.</param>
    /// <param name="pattern">What they are called, with <c>*</c> for any text.</param>
    /// <returns>Each file with its text, by name.</returns>
    public IEnumerable<(string File, string Text)> OwnedBy(string stateFolder, string pattern)
    {
        if (!Directory.Exists(_folder)) yield break;
        var owner = SystemdUnitFile.OwnerOf(SystemdUnitFile.OwnerLine(stateFolder));
        foreach (var file in Directory.EnumerateFiles(_folder, pattern).Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            if (SystemdUnitFile.OwnerOf(text) == owner) yield return (file, text);
        }
    }

    /// <summary>Warns of a manager that ends when its account logs out.</summary>
    /// <param name="progress">Hears the warning.</param>
    public void WarnOfLogout(IProgress<OperationMessage> progress)
    {
        if (scope != SystemdScope.User || File.Exists($"/var/lib/systemd/linger/{Environment.UserName}")) return;
        progress.Report(new WarningMessage($"systemd ends the services of '{Environment.UserName}' when the account logs out, unless it lingers: loginctl enable-linger {Environment.UserName}"));
    }

    private static string UsualFolder(SystemdScope scope)
    {
        if (scope == SystemdScope.System) return "/etc/systemd/system";
        var configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(configuration)) configuration = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(configuration, "systemd", "user");
    }

    private static DevOpsException Taken(string file, string? owner) => new(
        "UnitTaken",
        FailureKind.Conflict,
        owner is null ? $"'{file}' exists and was not written by this module." : $"'{file}' belongs to the installation with the state folder '{owner}'.",
        "Choose another name, or remove that unit first.",
        file);

    private static DevOpsException NotWritable(string file, Exception inner) => new(
        "UnitNotWritable",
        FailureKind.PermissionDenied,
        $"The unit file '{file}' cannot be written or removed: {inner.Message}",
        "Run as root, or make the folder writable.",
        file,
        inner);
}
