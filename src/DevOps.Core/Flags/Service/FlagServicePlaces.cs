using System.Collections.Concurrent;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>The places where a service runs, as far as they are reached.</summary>
/// <param name="server">The flag server.</param>
/// <param name="ct">Ends what is done there.</param>
internal sealed class FlagServicePlaces(SavedFlagServer server, CancellationToken ct) : IAsyncDisposable
{
    private readonly ConcurrentBag<IFlagServicePlace> _places = [];
    private readonly ConcurrentDictionary<string, DevOpsException> _failed = new(StringComparer.Ordinal);

    /// <summary>The programs that places are sent.</summary>
    public FlagServicePackages Packages { get; } = new();

    /// <summary>The names of those that are not reached, or where something went wrong.</summary>
    public IReadOnlyList<string> Failed => [.. _failed.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a place.</summary>
    /// <param name="place">The place, disposed with this.</param>
    public void Add(IFlagServicePlace place) => _places.Add(place);

    /// <summary>Notes that a place is not reached, or that something went wrong there.</summary>
    /// <param name="name">The place.</param>
    /// <param name="failure">Why.</param>
    public void Fail(string name, DevOpsException failure) => _failed[name] = failure;

    /// <summary>Does something everywhere at once. Where it goes wrong is told; the others go on.</summary>
    /// <param name="work">What.</param>
    /// <param name="progress">Told of failures of single places.</param>
    /// <returns>A task that ends once all are done.</returns>
    /// <exception cref="DevOpsException">What went wrong, when nothing went well.</exception>
    public async Task ForEachAsync(Func<IFlagServicePlace, CancellationToken, Task> work, IProgress<OperationMessage> progress)
    {
        await TryForEachAsync(work);
        var failures = Failed.Select(name => _failed[name]).ToList();
        if (failures.Count > 0 && _places.All(place => _failed.ContainsKey(place.Node))) throw failures[0];
        foreach (var failure in failures) progress.Report(new FailureMessage(failure));
    }

    /// <summary>Does something everywhere at once, and keeps where it went wrong.</summary>
    /// <param name="work">What.</param>
    /// <returns>A task that ends once all are done.</returns>
    public Task TryForEachAsync(Func<IFlagServicePlace, CancellationToken, Task> work) => Task.WhenAll(_places.Select(async place =>
    {
        try
        {
            await work(place, ct);
        }
        catch (DevOpsException failure)
        {
            Fail(place.Node, failure);
        }
    }));

    /// <summary>Says how the service is everywhere.</summary>
    /// <param name="service">The service.</param>
    /// <returns>How it is, in the order of the places' names.</returns>
    public async Task<IReadOnlyList<FeatureFlagService>> DescribeAsync(SavedFlagService service)
    {
        var found = new ConcurrentBag<FeatureFlagService>();
        await TryForEachAsync(async (place, cancel) => found.Add(await place.DescribeAsync(service, cancel)));
        // A server that was named by its address has nodes too, and its service is on this machine all the same.
        var expected = server.Uri is null ? server.Nodes : [];
        var missing = expected.Where(node => found.All(other => other.Node != node.Name)).Select(node => new FeatureFlagService
        {
            Server = server.Name,
            Node = node.Name,
            Uri = FlagServiceNode.UriOf(node, service),
            State = FeatureFlagServiceState.Unreachable,
            IsPersistent = service.IsPersistent,
            Problem = _failed.GetValueOrDefault(node.Name)?.Message,
        });
        return [.. found.Concat(missing).OrderBy(place => place.Node, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var place in _places) await place.DisposeAsync();
        Packages.Dispose();
    }
}
