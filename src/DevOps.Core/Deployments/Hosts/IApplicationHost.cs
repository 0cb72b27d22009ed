using DevOps.Model;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>
/// What a deployment does to one application on one host. Over SSH in life; in memory in the tests that break a
/// deployment off at every point.
/// </summary>
internal interface IApplicationHost : IAsyncDisposable
{
    /// <summary>The host.</summary>
    Droplet Droplet { get; }

    /// <summary>Looks at the application.</summary>
    /// <param name="ct">Ends the look.</param>
    /// <returns>What was found out.</returns>
    Task<HostFacts> ReadFactsAsync(CancellationToken ct);

    /// <summary>Prepares the host and gives it a sealed release.</summary>
    /// <param name="package">The release.</param>
    /// <param name="folder">The name of the folder that it gets.</param>
    /// <param name="ct">Ends the transfer; nothing of it stays.</param>
    /// <returns>A task that ends once it is sealed.</returns>
    Task PublishAsync(ReleasePackage package, string folder, CancellationToken ct);

    /// <summary>Stops the application, makes a sealed release the current one, and starts it.</summary>
    /// <param name="folder">The release's folder.</param>
    /// <param name="ct">Ends the wait; what was begun on the host is finished there.</param>
    /// <returns>The run that was started.</returns>
    Task<string> ActivateAsync(string folder, CancellationToken ct);

    /// <summary>Takes the application out of service on a host that had none before.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends once nothing serves.</returns>
    Task DeactivateAsync(CancellationToken ct);

    /// <summary>Starts, stops or restarts the application as it is.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The run that was started.</returns>
    Task<string> ControlAsync(UnitAction action, CancellationToken ct);

    /// <summary>Writes down how a release did, and removes the releases that are not needed any more when that is asked for.</summary>
    /// <param name="folder">The release's folder.</param>
    /// <param name="release">The release's id.</param>
    /// <param name="isGood">Whether it passed the health gate.</param>
    /// <param name="keep">What stays; nothing when no release is to be removed.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends once it is done.</returns>
    Task RecordAsync(string folder, string release, bool isGood, KeptReleases? keep, CancellationToken ct);

    /// <summary>Reads the last lines that the application's unit wrote.</summary>
    /// <param name="lines">How many lines.</param>
    /// <param name="invocation">Only since this run began, or nothing for all.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>The lines.</returns>
    Task<IReadOnlyList<string>> ReadJournalAsync(int lines, string? invocation, CancellationToken ct);

    /// <summary>Reads what the application wrote, with times.</summary>
    /// <param name="lines">How many of the last lines to begin with.</param>
    /// <param name="follow">Whether to go on with what is written from now on, until cancelled.</param>
    /// <param name="onEntry">Told each entry, one at a time.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>A task that ends with the reading.</returns>
    Task ReadLogAsync(int lines, bool follow, Action<ApplicationLogEntry> onEntry, CancellationToken ct);
}
