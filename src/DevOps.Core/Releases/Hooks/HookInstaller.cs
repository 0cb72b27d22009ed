using DevOps.Model;

namespace DevOps.Core.Releases.Hooks;

/// <summary>Puts the deployment hook into a repository and takes it out again.</summary>
public static class HookInstaller
{
    private const string HookName = "post-receive";
    private const string BranchPrefix = "refs/heads/";

    private const UnixFileMode Runnable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Installs the hook, over an older one of ours.</summary>
    /// <param name="repository">The bare repository's folder.</param>
    /// <param name="plan">What the hook does.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The hook.</returns>
    /// <exception cref="DevOpsException">
    /// <c>RepositoryNotFound</c>, <c>RepositoryNotBare</c>, <c>RepositoryOwnerDiffers</c>, <c>BranchInvalid</c>,
    /// <c>HookTaken</c>, <c>HookFolderElsewhere</c>, <c>HookNotWritable</c>.
    /// </exception>
    public static async Task<DeploymentHook> InstallAsync(string repository, HookPlan plan, CancellationToken ct)
    {
        var git = await OpenBareAsync(repository, ct);
        var branch = await CheckBranchAsync(git, plan.Branch, "production", ct);
        var canaryBranch = string.IsNullOrEmpty(plan.CanaryBranch) ? null : await CheckBranchAsync(git, plan.CanaryBranch, "canary", ct);
        if (branch == canaryBranch)
        {
            throw new DevOpsException(
                "BranchInvalid",
                FailureKind.InvalidInput,
                $"A push to '{branch}' cannot be deployed to all instances and to the canaries only.",
                "Give -CanaryBranch another name, or an empty one when no branch is to be for the canaries.",
                branch);
        }

        var file = HookFile(git);
        _ = ReadOurs(file);
        Write(file, HookText.Write(plan with { Branch = branch, CanaryBranch = canaryBranch }, git.Path));
        return new DeploymentHook(git.Path, branch, canaryBranch, plan.EnvironmentFile, file);
    }

    /// <summary>Removes the hook.</summary>
    /// <param name="repository">The bare repository's folder.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The file that was removed.</returns>
    /// <exception cref="DevOpsException"><c>RepositoryNotFound</c>, <c>RepositoryNotBare</c>, <c>HookNotFound</c>, <c>HookTaken</c>, <c>HookNotWritable</c>.</exception>
    public static async Task<string> UninstallAsync(string repository, CancellationToken ct)
    {
        var git = await OpenBareAsync(repository, ct);
        var file = HookFile(git);
        if (ReadOurs(file) is null)
        {
            throw new DevOpsException("HookNotFound", FailureKind.NotFound, $"The repository '{git.Path}' has no deployment hook.", "Install-DeploymentHook installs one.", git.Path);
        }

        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(file, exception);
        }

        return file;
    }

    private static async Task<string> CheckBranchAsync(GitRepository git, string name, string example, CancellationToken ct)
    {
        var branch = name.StartsWith(BranchPrefix, StringComparison.Ordinal) ? name[BranchPrefix.Length..] : name;
        if (await git.IsBranchNameAsync(branch, ct)) return branch;
        throw new DevOpsException("BranchInvalid", FailureKind.InvalidInput, $"'{name}' cannot be the name of a branch.", $"Give a name such as {example}.", name);
    }

    private static async Task<GitRepository> OpenBareAsync(string repository, CancellationToken ct)
    {
        var git = await GitRepository.OpenAsync(repository, ct);
        if (!git.IsBare)
        {
            throw new DevOpsException(
                "RepositoryNotBare",
                FailureKind.InvalidInput,
                $"The repository '{git.Path}' has a work tree, and what is pushed to it would not arrive there.",
                $"Make a bare one to push to: git clone --bare '{git.Path}' '{git.Path.TrimEnd('/')}.git'",
                git.Path);
        }

        if (git.HooksFolder != Path.Combine(git.Folder, "hooks"))
        {
            throw new DevOpsException(
                "HookFolderElsewhere",
                FailureKind.Conflict,
                $"git looks for the hooks of '{git.Path}' in '{git.HooksFolder}', because core.hooksPath says so; that folder may serve other repositories too.",
                $"Give this repository its own folder: git -C '{git.Path}' config core.hooksPath '{Path.Combine(git.Folder, "hooks")}'",
                git.Path);
        }

        return git;
    }

    private static string HookFile(GitRepository git) => Path.Combine(git.Folder, "hooks", HookName);

    private static string? ReadOurs(string file)
    {
        string content;
        try
        {
            // A link leads to a file that may serve others.
            if (new FileInfo(file).LinkTarget is { } target) throw Taken(file, $"a link to '{target}'");
            content = File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(file, exception);
        }

        return HookText.IsOurs(content) ? content : throw Taken(file, "not one of this module's");
    }

    private static void Write(string file, string content)
    {
        var temporary = $"{file}.{Guid.NewGuid():N}.new";
        try
        {
            // A repository made without templates has no such folder.
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(temporary, content);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, Runnable);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw NotWritable(file, exception);
        }
    }

    private static DevOpsException Taken(string file, string what) => new(
        "HookTaken",
        FailureKind.Conflict,
        $"The repository has a hook '{file}' already, and it is {what}.",
        $"Move it away first: mv '{file}' '{file}.before'",
        file);

    private static DevOpsException NotWritable(string file, Exception inner) => new(
        "HookNotWritable",
        FailureKind.PermissionDenied,
        $"The hook '{file}' cannot be written: {inner.Message}",
        "Run as the repository's owner.",
        file,
        inner);
}
