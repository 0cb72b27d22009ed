using System.Collections;
using DevOps.Cmdlets.Common;

namespace DevOps.Cmdlets.Hooks;

/// <summary>Completes the branches of the repository of <c>-Repository</c>, read from its files: no git is started for the Tab key.</summary>
public sealed class BranchCompleter : NameCompleter
{
    private const string Heads = "refs/heads/";

    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var branches = CompletionPath.Resolve(given["Repository"] as string) is { } repository ? BranchesOf(repository) : [];
        return branches.Append("production").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(branch => (branch, string.Empty));
    }

    private static IEnumerable<string> BranchesOf(string repository)
    {
        var git = Path.Combine(repository, ".git");
        if (!Directory.Exists(git)) git = repository;
        var folder = Path.Combine(git, "refs", "heads");
        var loose = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            : [];
        // "HASH refs/heads/NAME", where git has packed them together.
        var packedFile = Path.Combine(git, "packed-refs");
        var packed = File.Exists(packedFile)
            ? File.ReadLines(packedFile).Select(line => line.Split(' ', 2)).Where(parts => parts is [_, var name] && name.StartsWith(Heads, StringComparison.Ordinal)).Select(parts => parts[1][Heads.Length..])
            : [];
        // A new branch of a repository that nobody has pushed to yet stands in HEAD alone.
        var headFile = Path.Combine(git, "HEAD");
        var head = File.Exists(headFile) && File.ReadAllText(headFile).Trim() is var text && text.StartsWith("ref: " + Heads, StringComparison.Ordinal)
            ? [text[("ref: " + Heads).Length..]]
            : Array.Empty<string>();
        return loose.Concat(packed).Concat(head);
    }
}
