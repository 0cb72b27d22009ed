using System.Collections.Concurrent;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>The places where a service runs, as far as they are reached.</summary>
/// <param name="server">The flag server.</param>
/// <param name="progress">Told of failures of single places; nothing when whoever asks tells them himself.</param>
/// <param name="ct">Ends what is done there.</param>
internal sealed class FlagServicePlaces(SavedFlagServer server, IProgress<OperationMessage>? progress, CancellationToken ct) : IAsyncDisposable
{
    private readonly ConcurrentBag<IFlagServicePlace> _places = [];
    private readonly ConcurrentDictionary<SavedFlagServerNode, DevOpsException> _failed = [];

    /// <summary>Those that are not reached, or where something went wrong, and what.</summary>
    public IReadOnlyList<(SavedFlagServerNode Node, DevOpsException Failure)> Failed => [.. _failed.Select(failed => (failed.Key, failed.Value)).OrderBy(failed => failed.Key.Name, StringComparer.Ordinal)];

    /// <summary>Whether all was done everywhere.</summary>
    public bool IsComplete => _failed.IsEmpty;

    /// <summary>Adds a place.</summary>
    /// <param name="place">The place, disposed with this.</param>
    public void Add(IFlagServicePlace place) => _places.Add(place);

    /// <summary>Notes that a node is not reached.</summary>
    /// <param name="node">The node.</param>
    /// <param name="failure">Why.</param>
    public void Fail(SavedFlagServerNode node, DevOpsException failure)
    {
        _failed[node] = failure;
        progress?.Report(new FailureMessage(failure));
    }

    /// <summary>Does something everywhere at once. Where it goes wrong is told; the others go on.</summary>
    /// <param name="work">What.</param>
    /// <returns>A task that ends once all are done.</returns>
    /// <exception cref="DevOpsException">What went wrong, when nothing went well.</exception>
    public async Task ForEachAsync(Func<IFlagServicePlace, CancellationToken, Task> work)
    {
        if (await TryForEachAsync(work) == 0 && Failed is [var first, ..]) throw first.Failure;
    }

    /// <summary>Does something everywhere at once.</summary>
    /// <param name="work">What.</param>
    /// <returns>At how many places it went well.</returns>
    public async Task<int> TryForEachAsync(Func<IFlagServicePlace, CancellationToken, Task> work)
    {
        // A machine has no node to name; there is one place then, and its failure is everybody's.
        if (server.Uri is not null)
        {
            foreach (var place in _places) await work(place, ct);
            return _places.Count;
        }

        var results = await Task.WhenAll(_places.Select(async place =>
        {
            try
            {
                await work(place, ct);
                return true;
            }
            catch (DevOpsException failure)
            {
                Fail(server.Nodes.First(node => node.Name == place.Node), failure);
                return false;
            }
        }));
        return results.Count(isDone => isDone);
    }

    /// <summary>Says how the service is everywhere.</summary>
    /// <param name="service">The service.</param>
    /// <returns>How it is, in the order of the nodes.</returns>
    public async Task<IReadOnlyList<FeatureFlagService>> DescribeAsync(SavedFlagService service)
    {
        var found = new ConcurrentBag<FeatureFlagService>();
        await TryForEachAsync(async (place, cancel) => found.Add(await place.DescribeAsync(service, cancel)));
        var missing = Failed.Where(failed => found.All(other => other.Node != failed.Node.Name)).Select(failed => new FeatureFlagService
        {
            Server = server.Name,
            Node = failed.Node.Name,
            Uri = FlagServiceNode.UriOf(failed.Node, service),
            State = FeatureFlagServiceState.Unreachable,
            IsPersistent = service.IsPersistent,
            Problem = failed.Failure.Message,
        });
        return [.. found.Concat(missing).OrderBy(place => place.Node, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var place in _places) await place.DisposeAsync();
    }
}
