using System.Diagnostics;

namespace DevOps.Core.Tests.Releases;

/// <summary>A real git repository in a temporary folder that every account may enter, because builds may run as another.</summary>
public sealed class GitFolder : IDisposable
{
    /// <summary>Makes an empty repository.</summary>
    /// <param name="isBare">Whether it has no work tree.</param>
    public GitFolder(bool isBare = false)
    {
        Root = Directory.CreateTempSubdirectory("devops-test-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Root, (UnixFileMode)0b111_001_001);
        Path = System.IO.Path.Combine(Root, isBare ? "bare.git" : "work");
        Git(Root, ["init", "-q", "-b", "main", .. isBare ? ["--bare"] : Array.Empty<string>(), Path]);
    }

    /// <summary>The temporary folder around it.</summary>
    public string Root { get; }

    /// <summary>The repository.</summary>
    public string Path { get; }

    /// <summary>Runs git.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote to standard output and standard error.</returns>
    public static string Git(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        foreach (var role in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment[$"GIT_{role}_NAME"] = "Test";
            start.Environment[$"GIT_{role}_EMAIL"] = "test@example.org";
        }

        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {errors.Result}");
        return output + errors.Result;
    }

    /// <summary>Writes files and commits them.</summary>
    /// <param name="files">Paths and contents.</param>
    /// <returns>The commit.</returns>
    public string Commit(params (string Name, string Content)[] files)
    {
        foreach (var (name, content) in files)
        {
            var file = System.IO.Path.Combine(Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        Git(Path, "add", "-A");
        Git(Path, "commit", "-q", "--allow-empty", "-m", "change");
        return Git(Path, "rev-parse", "HEAD").Trim();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
