using DevOps.Core.Deployments.Hosts;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>Brings a release to a host, unless the very same is there already.</summary>
internal static class ReleasePublisher
{
    private const int DigestDigits = 8;

    /// <summary>The folder that a release has or gets on a host.</summary>
    /// <param name="seal">The release.</param>
    /// <param name="releases">What the host holds.</param>
    /// <returns>The folder's name, and whether it is there.</returns>
    public static (string Folder, bool IsThere) FolderOf(ReleaseSeal seal, IReadOnlyList<SealedFolder> releases)
    {
        bool IsSame(SealedFolder folder) => folder.ArtifactDigest == seal.ArtifactDigest && folder.ConfigurationDigest == seal.ConfigurationDigest;
        // A sealed release is never changed: with another configuration the same release gets a folder of its own.
        var other = $"{seal.Release}.{seal.ConfigurationDigest[..DigestDigits]}";
        foreach (var name in (string[])[seal.Release, other])
        {
            var taken = releases.FirstOrDefault(folder => folder.Folder == name);
            if (taken is null) return (name, false);
            if (IsSame(taken)) return (name, true);
        }

        throw new InvalidOperationException($"Two configurations of release {seal.Release} have digests that begin alike.");
    }

    /// <summary>The release whose folder it is; the reverse of <see cref="FolderOf"/>.</summary>
    /// <param name="folder">The folder's name on a host.</param>
    /// <returns>The release's id.</returns>
    public static string ReleaseOf(string folder) => folder.Split('.')[0];

    /// <summary>Publishes a release on a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="package">The release, rendered for it.</param>
    /// <param name="facts">What the host holds.</param>
    /// <param name="ct">Ends the transfer.</param>
    /// <returns>The release's folder, and whether it had to be sent.</returns>
    public static async Task<(string Folder, bool WasSent)> PublishAsync(IApplicationHost host, ReleasePackage package, HostFacts facts, CancellationToken ct)
    {
        var (folder, isThere) = FolderOf(package.Seal, facts.Sealed);
        if (!isThere) await host.PublishAsync(package, folder, ct);
        return (folder, !isThere);
    }
}
