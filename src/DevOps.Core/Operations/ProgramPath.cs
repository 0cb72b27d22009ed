namespace DevOps.Core.Operations;

/// <summary>Where programs are looked for when nothing of the caller's environment may decide it.</summary>
internal static class ProgramPath
{
    private const string Usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The value of <c>PATH</c> in a clean environment.</summary>
    public static string Clean { get; } = MakeClean();

    /// <summary>Finds a program.</summary>
    /// <param name="program">A full path, or a bare name that is looked for in <see cref="Clean"/>.</param>
    /// <returns>Its full path; nothing when there is no such file, or it cannot be run.</returns>
    public static string? Find(string program)
    {
        if (Path.IsPathFullyQualified(program)) return IsProgram(program) ? program : null;
        if (program.Length == 0 || !string.Equals(Path.GetFileName(program), program, StringComparison.Ordinal)) return null;
        string[] endings = OperatingSystem.IsWindows() && !Path.HasExtension(program) ? [".exe"] : [string.Empty];
        return Clean.Split(Path.PathSeparator)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(IsProgram);
    }

    private static string MakeClean()
    {
        if (OperatingSystem.IsWindows()) return $"{Environment.SystemDirectory};{Environment.GetFolderPath(Environment.SpecialFolder.Windows)}";
        return OperatingSystem.IsMacOS() ? "/opt/homebrew/bin:" + Usual : Usual;
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None);
    }
}
