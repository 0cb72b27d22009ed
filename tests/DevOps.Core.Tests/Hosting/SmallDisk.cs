using System.Diagnostics;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A real file system of two megabytes that a test may fill. Only root has one, and not in every container.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-small-");

    /// <summary>Mounts it, or skips the test.</summary>
    public SmallDisk()
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=2m,mode=0755", "tmpfs", Path)) return;
        _folder.Delete();
        Assert.Skip("Nobody may mount a file system here.");
    }

    /// <summary>Its folder.</summary>
    public string Path => _folder.FullName;

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true) filler.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Frees what was filled.</summary>
    public void Free() => File.Delete(Filler);

    /// <inheritdoc/>
    public void Dispose()
    {
        Assert.True(Run("umount", "--lazy", Path));
        _folder.Delete();
    }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
