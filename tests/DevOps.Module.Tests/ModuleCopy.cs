namespace DevOps.Module.Tests;

/// <summary>A copy of the complete module that a test may spoil.</summary>
internal sealed class ModuleCopy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-copy-").FullName;

    public ModuleCopy() => Copy(Checkout.Module, _folder);

    public string Manifest => Path.Combine(_folder, "DevOps.psd1");

    public string Cmdlets => Path.Combine(_folder, "module", "bin", "DevOps.Cmdlets.dll");

    /// <summary>The bundled shell, once it is open for all.</summary>
    public string Shell => Path.Combine(_folder, "shell", "DevOps.Shell.dll");

    /// <summary>Lets every account of the machine use the copy, and puts the bundled shell beside it.</summary>
    public void OpenForAll()
    {
        Copy(Checkout.PathOf("src", "DevOps.Shell", "bin", "Release", "net10.0"), Path.GetDirectoryName(Shell)!);
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Folders = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        const UnixFileMode Files = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)) File.SetUnixFileMode(file, Files);
        foreach (var folder in Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories).Append(_folder)) File.SetUnixFileMode(folder, Folders);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
