using System.Diagnostics;
using DevOps.Core.Environments;
using DevOps.Core.Operations;

namespace DevOps.Core.Releases;

/// <summary>Makes an artifact of an application's source: lays it out, builds it, packs the result.</summary>
/// <param name="root">The place of build folders.</param>
/// <param name="time">The clock.</param>
internal sealed class ReleaseBuilder(string root, TimeProvider time)
{
    /// <summary>Builds.</summary>
    /// <param name="application">The application.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="source">The application's source in it.</param>
    /// <param name="artifact">Takes the gzipped tar archive.</param>
    /// <param name="progress">Hears the build's output.</param>
    /// <param name="ct">Ends the build.</param>
    /// <returns>A task that ends once all is written.</returns>
    /// <exception cref="DevOpsException">See <see cref="BuildProcess"/>, <see cref="BuildSandbox"/>, <see cref="ArtifactPacker"/> and <see cref="GitRepository"/>.</exception>
    public async Task BuildAsync(ApplicationDefinition application, GitRepository repository, GitSource source, Stream artifact, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var sandbox = await BuildSandbox.PrepareAsync(progress, ct);
        await using var folder = await BuildFolder.CreateAsync(root, progress, ct);
        await sandbox.GiveAsync([folder.Source, folder.Home, folder.Temporary], ct);
        await LayOutAsync(repository, source, sandbox, folder, ct);
        foreach (var submodule in await repository.ListSubmodulesAsync(source, ct))
        {
            progress.Report(new WarningMessage($"'{submodule}' of {application.Name} is a submodule, and submodules are not part of a build: the folder is empty."));
        }

        if (application.Build is not null) await new BuildProcess(sandbox, folder, time).RunAsync(application, source, progress, ct);
        var result = ArtifactPacker.Find(folder.Source, application.Artifact, application.Name);
        await ArtifactPacker.PackAsync(result, sandbox.Account, source.ChangedAt, application.Name, artifact, ct);
    }

    // git writes an archive and the build's account unpacks it: what git itself leaves in the repository is nothing, and
    // whatever the archive holds is unpacked with no more rights than the build has.
    private static async Task LayOutAsync(GitRepository repository, GitSource source, BuildSandbox sandbox, BuildFolder folder, CancellationToken ct)
    {
        var command = sandbox.AsAccount("tar", "-x", "-f", "-", "-C", folder.Source);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        using var tar = Process.Start(start)!;
        try
        {
            var errors = tar.StandardError.ReadToEndAsync(ct);
            IOException? broken = null;
            try
            {
                await repository.ArchiveAsync(source, (stream, cancel) => stream.CopyToAsync(tar.StandardInput.BaseStream, cancel), ct);
                tar.StandardInput.Close();
            }
            catch (IOException exception)
            {
                // tar has ended before the archive did, and says below why.
                broken = exception;
            }

            await tar.WaitForExitAsync(ct);
            if (tar.ExitCode == 0 && broken is null) return;
            throw new DevOpsException("BuildFolderNotWritable", FailureKind.OperationFailed, $"The source cannot be laid out in '{folder.Source}': {(await errors).Trim()}", "Free disk space, then try again.", folder.Source, broken);
        }
        finally
        {
            if (!tar.HasExited) tar.Kill(entireProcessTree: true);
        }
    }
}
