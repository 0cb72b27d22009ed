namespace DevOps.Module.Tests;

/// <summary>A copy of the complete module that a test may spoil.</summary>
internal sealed class ModuleCopy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-copy-").FullName;

    public ModuleCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Checkout.Module, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(Checkout.Module, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Manifest => Path.Combine(_folder, "DevOps.psd1");

    public string Cmdlets => Path.Combine(_folder, "module", "bin", "DevOps.Cmdlets.dll");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
