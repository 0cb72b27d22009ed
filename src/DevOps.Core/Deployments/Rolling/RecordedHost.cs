using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Model;

namespace DevOps.Core.Deployments.Rolling;

/// <summary>
/// An application's host that has what it serves written down on this machine, whoever looks: a deployment does right after
/// it has switched an instance, and also when it takes it back.
/// </summary>
/// <param name="inner">The host.</param>
/// <param name="application">The application's name.</param>
/// <param name="records">Where it is written down.</param>
internal sealed class RecordedHost(IApplicationHost inner, string application, InstanceRecords records) : IApplicationHost
{
    private string? _environment;

    /// <inheritdoc/>
    public Droplet Droplet => inner.Droplet;

    /// <inheritdoc/>
    public async Task<HostFacts> ReadFactsAsync(CancellationToken ct)
    {
        var facts = await inner.ReadFactsAsync(ct);
        if (facts.Release is not { } release) return facts;
        _environment = release.Environment;
        try
        {
            records.Note(Droplet, release);
        }
        catch (DevOpsException failure) when (failure.Id == "StateFolderNotWritable")
        {
            // The journal stands on the same disk and tells; what is known of a host must not fail because of it.
        }

        return facts;
    }

    /// <inheritdoc/>
    public Task PublishAsync(ReleasePackage package, string folder, CancellationToken ct) => inner.PublishAsync(package, folder, ct);

    /// <inheritdoc/>
    public Task<string> ActivateAsync(string folder, CancellationToken ct) => inner.ActivateAsync(folder, ct);

    /// <inheritdoc/>
    public async Task DeactivateAsync(CancellationToken ct)
    {
        await inner.DeactivateAsync(ct);
        if (_environment is { } environment) records.Forget(environment, application, Droplet.Name);
    }

    /// <inheritdoc/>
    public Task<string> ControlAsync(UnitAction action, CancellationToken ct) => inner.ControlAsync(action, ct);

    /// <inheritdoc/>
    public Task RecordAsync(string folder, string release, bool isGood, KeptReleases? keep, CancellationToken ct) => inner.RecordAsync(folder, release, isGood, keep, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadJournalAsync(int lines, string? invocation, CancellationToken ct) => inner.ReadJournalAsync(lines, invocation, ct);

    /// <inheritdoc/>
    public Task ReadLogAsync(int lines, bool follow, Action<ApplicationLogEntry> onEntry, CancellationToken ct) => inner.ReadLogAsync(lines, follow, onEntry, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
