using DevOps.Core.Deployments.Journal;
using DevOps.Core.Releases;
using DevOps.Core.State;

namespace DevOps.Core.Deployments;

/// <summary>Makes an installation forget an environment. What runs on its hosts is left alone.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock, the system's when nothing.</param>
public sealed class EnvironmentRemoval(StateFolder state, TimeProvider? time = null)
{
    private readonly KnownEnvironments _environments = new(state);
    private readonly DeploymentStore _deployments = new(state, time);

    /// <summary>Finds an environment that was deployed from here.</summary>
    /// <param name="nameOrFile">Its name, or the full path of the file that it was deployed from.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>.</exception>
    public string Find(string nameOrFile) =>
        (_environments.List().FirstOrDefault(environment => environment.File == nameOrFile) ?? _environments.Get(nameOrFile)).Name;

    /// <summary>Says what would be removed.</summary>
    /// <param name="name">The environment's name.</param>
    /// <returns>How many deployments and releases.</returns>
    public (int Deployments, int Releases) Preview(string name) =>
        (DeploymentsOf(name).Count(), new ReleaseStore(state, time: time).List().Count(release => release.Environment == name));

    /// <summary>Removes an environment's deployments with their journals, its releases, and what is known of it.</summary>
    /// <param name="name">The environment's name.</param>
    /// <param name="ct">Ends the wait for a build that is under way.</param>
    /// <returns>A task that ends once it is forgotten.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentNotFound</c>, <c>EnvironmentBusy</c>.</exception>
    public async Task RemoveAsync(string name, CancellationToken ct)
    {
        _ = _environments.Get(name);
        await using (new EnvironmentQueue(state, _deployments).Take(name))
        {
            foreach (var id in DeploymentsOf(name).ToList()) _deployments.Remove(id);
            await new ReleaseStore(state, time: time).RemoveEnvironmentAsync(name, ct);
            // Windows deletes no open file, and the queue's lock is one.
            if (!OperatingSystem.IsWindows()) _environments.Remove(name);
        }

        if (OperatingSystem.IsWindows()) _environments.Remove(name);
    }

    private IEnumerable<string> DeploymentsOf(string name) => _deployments.Ids().Where(id => _deployments.GetRequest(id).Environment.Name == name);
}
