using DevOps.Core.Deployments.Hosts;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>One host of an application: its connection, or why there is none.</summary>
/// <param name="fleets">What connects.</param>
/// <param name="droplet">The droplet.</param>
/// <param name="application">The application's name.</param>
/// <param name="isLenient">Whether every failure means that it cannot be reached, not only that it does not answer.</param>
internal sealed class FleetHost(IDeploymentFleets fleets, Droplet droplet, string application, bool isLenient) : IAsyncDisposable
{
    // A look right after an attempt would only wait for the same answer once more.
    private bool _hasJustTried;

    /// <summary>The droplet.</summary>
    public Droplet Droplet => droplet;

    /// <summary>The droplet's name.</summary>
    public string Instance => droplet.Name;

    /// <summary>The application there, when it was reached.</summary>
    public IApplicationHost? Connected { get; private set; }

    /// <summary>Why it was not reached.</summary>
    public string? Unreachable { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>A task that ends once it is connected or known to be unreachable.</returns>
    /// <exception cref="DevOpsException">A failure that is more than an unreachable host.</exception>
    public async Task ConnectAsync(CancellationToken ct)
    {
        _hasJustTried = true;
        try
        {
            Connected = await fleets.ConnectAsync(droplet, application, ct);
            Unreachable = null;
        }
        catch (DevOpsException failure) when (IsOfTheHost(failure))
        {
            Unreachable = failure.Message;
        }
    }

    /// <summary>
    /// Looks at the application. A connection that was lost, to a host that was restarted for example, is opened anew once a
    /// look; a host that does not answer then is as good as one that was never reached.
    /// </summary>
    /// <param name="ct">Ends the look.</param>
    /// <returns>The facts, or why there are none.</returns>
    /// <exception cref="DevOpsException">A failure that is more than an unreachable host.</exception>
    public async Task<(HostFacts? Facts, string? Unreachable)> LookAsync(CancellationToken ct)
    {
        var facts = await ReadAsync(ct);
        if (facts is null && Connected is null && !_hasJustTried)
        {
            await ConnectAsync(ct);
            facts = await ReadAsync(ct);
        }

        _hasJustTried = false;
        return facts is null ? (null, Unreachable) : (facts, null);
    }

    /// <summary>Closes the connection, if there is one.</summary>
    /// <returns>A task that ends once it is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Connected is not null) await Connected.DisposeAsync();
    }

    // Gives nothing when the host does not answer; a connection that was lost is given up.
    private async Task<HostFacts?> ReadAsync(CancellationToken ct)
    {
        if (Connected is not { } connected) return null;
        try
        {
            return await connected.ReadFactsAsync(ct);
        }
        catch (DevOpsException failure) when (IsOfTheHost(failure))
        {
            Unreachable = failure.Message;
            if (failure.Kind is not (FailureKind.Unavailable or FailureKind.Timeout)) return null;
            Connected = null;
            _hasJustTried = false;
            await connected.DisposeAsync();
            return null;
        }
    }

    private bool IsOfTheHost(DevOpsException failure) => isLenient || failure.Kind is FailureKind.Unavailable or FailureKind.Timeout;
}
