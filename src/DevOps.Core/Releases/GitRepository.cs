using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace DevOps.Core.Releases;

/// <summary>A folder below a commit.</summary>
/// <param name="Commit">The full commit id.</param>
/// <param name="ChangedAt">When the folder was last changed, by the commits up to this one.</param>
/// <param name="Tree">The id of the folder's content: equal ids are equal content, whatever the commit.</param>
public sealed record GitSource(string Commit, DateTimeOffset ChangedAt, string Tree);

/// <summary>
/// A git repository that is read through the <c>git</c> program. Variables that git sets for its hooks are kept away from
/// it, it never asks anything, and its own rules of ownership hold.
/// </summary>
public sealed class GitRepository
{
    private const int NotFoundExitCode = 128;

    private GitRepository(string path, string folder, string hooksFolder, bool isBare) =>
        (Path, Folder, HooksFolder, IsBare) = (path, folder, hooksFolder, isBare);

    /// <summary>The repository's full path, as it was opened.</summary>
    public string Path { get; }

    /// <summary>The full path of git's own folder: the repository itself when it is bare, else its <c>.git</c>.</summary>
    public string Folder { get; }

    /// <summary>The full path of the folder in which git looks for hooks.</summary>
    public string HooksFolder { get; }

    /// <summary>Whether it has no work tree.</summary>
    public bool IsBare { get; }

    /// <summary>Opens a repository.</summary>
    /// <param name="path">Its folder, bare or with a work tree.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The repository.</returns>
    /// <exception cref="DevOpsException"><c>RepositoryNotFound</c>, <c>RepositoryOwnerDiffers</c>, <c>GitMissing</c>, <c>GitFailed</c>.</exception>
    public static async Task<GitRepository> OpenAsync(string path, CancellationToken ct)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(path)) throw NotFound(path, $"The folder '{path}' does not exist.");
        var answer = await RunAsync(path, ct, "rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-path", "hooks");
        if (answer.ExitCode != 0) throw Explain(path, answer.ErrorOutput);
        var lines = answer.Output.Split('\n');
        return new GitRepository(path, lines[1], System.IO.Path.GetFullPath(lines[2], path), isBare: lines[0] == "true");
    }

    /// <summary>Tells whether a branch can be called so.</summary>
    /// <param name="name">The name, without <c>refs/heads/</c>.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Whether git allows it.</returns>
    public async Task<bool> IsBranchNameAsync(string name, CancellationToken ct) =>
        !name.Any(char.IsControl) && (await RunAsync(Path, ct, "check-ref-format", "refs/heads/" + name)).ExitCode == 0;

    /// <summary>Finds a commit and a folder in it.</summary>
    /// <param name="revision">Anything that git takes for a commit: an id, a branch, a tag.</param>
    /// <param name="source">The folder, with forward slashes; <c>.</c> is the whole repository.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The folder at the commit.</returns>
    /// <exception cref="DevOpsException"><c>CommitNotFound</c>, <c>SourceNotFound</c>, <c>GitFailed</c>.</exception>
    public async Task<GitSource> FindAsync(string revision, string source, CancellationToken ct)
    {
        var commit = await ResolveAsync(revision, ct);
        var name = source is "." ? $"{commit}^{{tree}}" : $"{commit}:{source}";
        var found = await RunAsync(Path, ct, "rev-parse", "--verify", "--quiet", name);
        if (found.ExitCode != 0) throw SourceNotFound(commit, source, "no folder");
        var tree = found.Output.Trim();
        var kind = await RunAsync(Path, ct, "cat-file", "-t", tree);
        if (kind.Output.Trim() is not "tree") throw SourceNotFound(commit, source, "a file, not a folder,");

        var log = await RunAsync(Path, ct, "--literal-pathspecs", "log", "-1", "--format=%ct", commit, "--", source);
        if (log.ExitCode != 0) throw Explain(Path, log.ErrorOutput);
        return new GitSource(commit, DateTimeOffset.FromUnixTimeSeconds(long.Parse(log.Output, CultureInfo.InvariantCulture)), tree);
    }

    /// <summary>Finds a commit.</summary>
    /// <param name="revision">Anything that git takes for a commit.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The full commit id.</returns>
    /// <exception cref="DevOpsException"><c>CommitNotFound</c>, <c>GitFailed</c>.</exception>
    public async Task<string> ResolveAsync(string revision, CancellationToken ct)
    {
        // What begins with a hyphen would be an option, and git allows no such name.
        var isName = revision.Length > 0 && revision[0] != '-' && !revision.Any(char.IsControl);
        var answer = isName ? await RunAsync(Path, ct, "rev-parse", "--verify", "--quiet", revision + "^{commit}") : null;
        if (answer?.ExitCode == 0) return answer.Output.Trim();
        // With --quiet a missing commit says nothing; whatever is said is another failure.
        if (answer is { ExitCode: NotFoundExitCode } && Kind(answer.ErrorOutput) is not null) throw Explain(Path, answer.ErrorOutput);
        throw new DevOpsException(
            "CommitNotFound",
            FailureKind.NotFound,
            $"The repository '{Path}' has no commit '{revision}'.",
            $"git -C '{Path}' log --oneline --all lists its commits; push the commit first if it is new.",
            revision);
    }

    /// <summary>Lists submodules below a folder: they are not part of what is written.</summary>
    /// <param name="source">The folder at its commit.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>Their paths.</returns>
    public async Task<IReadOnlyList<string>> ListSubmodulesAsync(GitSource source, CancellationToken ct)
    {
        var answer = await RunAsync(Path, ct, "ls-tree", "-r", "-z", source.Tree);
        if (answer.ExitCode != 0) throw Explain(Path, answer.ErrorOutput);
        const string submodule = "160000 ";
        return [.. answer.Output.Split('\0').Where(line => line.StartsWith(submodule, StringComparison.Ordinal)).Select(line => line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..])];
    }

    /// <summary>Writes a folder's content as a tar archive.</summary>
    /// <param name="source">The folder at its commit.</param>
    /// <param name="write">Takes the archive.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends once all is written.</returns>
    /// <exception cref="DevOpsException"><c>GitFailed</c>.</exception>
    public async Task ArchiveAsync(GitSource source, Func<Stream, CancellationToken, Task> write, CancellationToken ct)
    {
        var (exitCode, errors) = await StartAsync(Path, write, ct, "archive", "--format=tar", source.Tree);
        if (exitCode != 0) throw Explain(Path, errors);
    }

    private static async Task<ChildResult> RunAsync(string path, CancellationToken ct, params string[] arguments)
    {
        try
        {
            return await ChildProcess.RunAsync(Command(path, arguments), ct);
        }
        catch (Win32Exception exception)
        {
            throw Missing(exception);
        }
    }

    private static async Task<(int ExitCode, string ErrorOutput)> StartAsync(string path, Func<Stream, CancellationToken, Task> read, CancellationToken ct, params string[] arguments)
    {
        try
        {
            return await ChildProcess.RunAsync(Command(path, arguments), read, ct);
        }
        catch (Win32Exception exception)
        {
            throw Missing(exception);
        }
    }

    private static ProcessStartInfo Command(string path, string[] arguments)
    {
        var start = new ProcessStartInfo("git");
        foreach (var argument in (string[])["-C", path, .. arguments]) start.ArgumentList.Add(argument);
        // In a hook git's variables lead to the pushed repository's quarantine, whatever -C says.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static string? Kind(string errors)
    {
        if (errors.Contains("dubious ownership", StringComparison.Ordinal)) return "RepositoryOwnerDiffers";
        if (errors.Contains("not a git repository", StringComparison.Ordinal)) return "RepositoryNotFound";
        return errors.Contains("fatal:", StringComparison.Ordinal) && !errors.Contains("Needed a single revision", StringComparison.Ordinal) ? "GitFailed" : null;
    }

    private static DevOpsException Explain(string path, string errors) => Kind(errors) switch
    {
        "RepositoryNotFound" => NotFound(path, $"The folder '{path}' is not a git repository."),
        "RepositoryOwnerDiffers" => new DevOpsException(
            "RepositoryOwnerDiffers",
            FailureKind.SecurityError,
            $"The repository '{path}' belongs to another account than {Environment.UserName}, so git refuses to read it.",
            $"Run as the repository's owner, or make it yours: chown -R {Environment.UserName} '{path}'",
            path),
        _ => new DevOpsException("GitFailed", FailureKind.OperationFailed, $"git failed in '{path}': {errors.Trim()}", $"Check the repository: git -C '{path}' fsck", path),
    };

    private static DevOpsException NotFound(string path, string message) => new(
        "RepositoryNotFound",
        FailureKind.NotFound,
        message,
        "Give the folder of a git repository; git init --bare makes one.",
        path);

    private static DevOpsException Missing(Win32Exception inner) => new(
        "GitMissing",
        FailureKind.Unavailable,
        $"The program git cannot be started: {inner.Message}",
        "Install git; on Debian: apt-get install git",
        "git",
        inner);

    private DevOpsException SourceNotFound(string commit, string source, string what) => new(
        "SourceNotFound",
        FailureKind.NotFound,
        $"In '{Path}' there is {what} '{source}' at commit {commit[..12]}.",
        $"Mend Source in the environment file, or commit the folder; git -C '{Path}' ls-tree -d {commit[..12]} lists what is there.",
        source);
}
