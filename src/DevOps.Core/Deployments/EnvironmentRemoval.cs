using DevOps.Core.Deployments.Journal;
using DevOps.Core.Operations;
using DevOps.Core.Releases;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Deployments;

/// <summary>Makes an installation forget an environment. What runs on its hosts is left alone.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class EnvironmentRemoval(StateFolder state, TimeProvider? time = null)
{
    private readonly KnownEnvironments _environments = new(state);
    private readonly DeploymentStore _deployments = new(state, time);

    /// <summary>Finds the environments that somebody means.</summary>
    /// <param name="nameOrFile">A name, or the full path of a file: then each that was deployed from it, under whichever name.</param>
    /// <returns>Their names.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>.</exception>
    public IReadOnlyList<string> Find(string nameOrFile)
    {
        string[] ofFile = [.. _environments.List().Where(environment => environment.File == nameOrFile).Select(environment => environment.Name)];
        return ofFile.Length > 0 ? ofFile : [_environments.Get(nameOrFile).Name];
    }

    /// <summary>Says what would be removed.</summary>
    /// <param name="name">The environment's name.</param>
    /// <returns>How many deployments and releases.</returns>
    public (int Deployments, int Releases) Preview(string name) =>
        (DeploymentsOf(name).Count(), new ReleaseStore(state, time: time).List().Count(release => release.Environment == name));

    /// <summary>Removes an environment's deployments with their journals, its releases, and what is known of it.</summary>
    /// <param name="name">The environment's name.</param>
    /// <param name="progress">Hears what could not be removed.</param>
    /// <param name="ct">Ends the wait for a build that is under way.</param>
    /// <returns>A task that ends once it is forgotten.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>, <c>EnvironmentBusy</c>.</exception>
    public async Task RemoveAsync(string name, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        _ = _environments.Get(name);
        await using (new EnvironmentQueue(state, _deployments).Take(name))
        {
            foreach (var id in DeploymentsOf(name).ToList()) Remove(id);
            var releases = new ReleaseStore(state, time: time);
            await releases.RemoveEnvironmentAsync(name, ct);
            await releases.TidyBuildsAsync(progress, ct);
            // Windows deletes no open file, and the queue's lock is one.
            if (!OperatingSystem.IsWindows()) _environments.Remove(name);
        }

        if (OperatingSystem.IsWindows()) _environments.Remove(name);
    }

    private void Remove(string id)
    {
        _deployments.Remove(id);
        // A worker that was killed left its socket behind.
        File.Delete(ServerFiles.For(state, DeploymentService.Role, id).SocketFile);
    }

    private IEnumerable<string> DeploymentsOf(string name) => _deployments.Ids().Where(id => _deployments.GetRequest(id).Environment.Name == name);
}
