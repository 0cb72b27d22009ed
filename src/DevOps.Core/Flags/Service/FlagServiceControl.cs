using DevOps.Core.DigitalOcean;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>
/// Starts, shows and stops feature flag services: on each node of a flag server that is installed on a fleet, and on this
/// machine for one that was named by its address.
/// </summary>
public sealed class FlagServiceControl
{
    /// <summary>What is being done, for progress.</summary>
    internal const string Activity = "Feature flag service";

    private readonly StateFolder _state;
    private readonly FlagServerStore _servers;
    private readonly FlagServiceStore _services;
    private readonly ServerPrograms _programs;
    private readonly SystemdService _systemd;
    private readonly TimeProvider _time;

    /// <summary>Makes it.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="programs">Where the servers' program is; beside this assembly when nothing.</param>
    public FlagServiceControl(StateFolder state, ServerPrograms? programs = null)
        : this(state, programs ?? new ServerPrograms(), new SystemdService(), TimeProvider.System)
    {
    }

    internal FlagServiceControl(StateFolder state, ServerPrograms programs, SystemdService systemd, TimeProvider time)
    {
        _state = state;
        _servers = new FlagServerStore(state);
        _services = new FlagServiceStore(state);
        (_programs, _systemd, _time) = (programs, systemd, time);
    }

    /// <summary>Says where the service of a server runs, and refuses what cannot be started.</summary>
    /// <param name="server">The flag server's exact name; nothing for the selected one.</param>
    /// <param name="changes">What is to be different about the service.</param>
    /// <returns>The server's name, and the places in words.</returns>
    /// <exception cref="DevOpsException">What is wrong with the settings, and as <see cref="FlagServerStore.Get"/>.</exception>
    public (string Server, string Places) Preview(string? server, FlagServiceChanges changes)
    {
        var saved = _servers.Get(server);
        _ = changes.ApplyTo(_services.Find(saved.Name) ?? new SavedFlagService(), saved.Uri is null);
        return (saved.Name, PlacesOf(saved));
    }

    /// <summary>Starts the service; one that runs takes over what is different.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <param name="changes">What is to be different about the service.</param>
    /// <param name="progress">Told how far each node is, and failures of single nodes.</param>
    /// <param name="ct">Ends it; run again, it goes on where it ended.</param>
    /// <returns>How it is at each place.</returns>
    /// <exception cref="DevOpsException">What is wrong with the settings, and why it runs nowhere.</exception>
    public async Task<IReadOnlyList<FeatureFlagService>> StartAsync(string server, FlagServiceChanges changes, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using var alone = await _services.LockAsync(server, ct);
        var saved = _servers.Get(server);
        var before = _services.Find(server);
        var service = changes.ApplyTo(before ?? new SavedFlagService(), saved.Uri is null);
        // Before any place knows of it: what is interrupted is known, and can be repeated or stopped.
        _services.Save(server, service);
        await using var places = await OpenAsync(saved, progress, ct);
        try
        {
            await places.ForEachAsync(
                async (place, cancel) =>
                {
                    await place.StartAsync(service, progress, cancel);
                    progress.Report(new ProgressMessage(Activity, place.Node, "running", IsCompleted: true));
                },
                progress);
        }
        catch (DevOpsException) when (before is not null)
        {
            // It runs nowhere like that, and where it ran it goes on as it was.
            _services.Save(server, before);
            throw;
        }

        return await places.DescribeAsync(service);
    }

    /// <summary>Lists the names of flag servers that have a service.</summary>
    /// <returns>The names, in order.</returns>
    public IReadOnlyList<string> Names() => [.. _servers.Names().Where(name => _services.Find(name) is not null)];

    /// <summary>Shows a service.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How it is at each place.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServiceNotFound</c>, and as <see cref="FlagServerStore.Get"/>.</exception>
    public async Task<IReadOnlyList<FeatureFlagService>> GetAsync(string server, CancellationToken ct)
    {
        var saved = _servers.Get(server);
        var service = _services.Get(server);
        // What does not answer is shown, and no failure of the others.
        await using var places = await OpenAsync(saved, progress: null, ct);
        return await places.DescribeAsync(service);
    }

    /// <summary>Stops a service.</summary>
    /// <param name="server">The flag server's exact name.</param>
    /// <param name="isRemoved">Whether its program, its settings and the applications' tokens go as well.</param>
    /// <param name="progress">Told how far each node is, and failures of single nodes.</param>
    /// <param name="ct">Ends it; run again, it goes on where it ended.</param>
    /// <returns>Whether it has ended everywhere.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServiceNotFound</c>, and what went wrong when nothing went well.</exception>
    public async Task<bool> StopAsync(string server, bool isRemoved, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        await using var alone = await _services.LockAsync(server, ct);
        var saved = _servers.Get(server);
        var service = _services.Get(server);
        await using var places = await OpenAsync(saved, progress, ct);
        await places.ForEachAsync(
            async (place, cancel) =>
            {
                progress.Report(new ProgressMessage(Activity, place.Node, "stopping"));
                await place.StopAsync(service, isRemoved, cancel);
                progress.Report(new ProgressMessage(Activity, place.Node, "stopped", IsCompleted: true));
            },
            progress);
        var isComplete = places.Failed.Count == 0;
        if (!isComplete) progress.Report(new WarningMessage($"The feature flag service of '{server}' may still run on {string.Join(", ", places.Failed)}. Run Stop-FeatureFlagService {server} again once they answer."));
        // What is left of it can only be removed while it is known here.
        else if (isRemoved) _services.Remove(server);
        return isComplete;
    }

    /// <summary>Lists the applications that have a token.</summary>
    /// <param name="server">The flag server's exact name; nothing for the selected one.</param>
    /// <returns>The applications, without their tokens, in order.</returns>
    /// <exception cref="DevOpsException">As <see cref="FlagServerStore.Get"/>.</exception>
    public IReadOnlyList<FeatureFlagToken> Tokens(string? server)
    {
        var name = _servers.Get(server).Name;
        return [.. (_services.Find(name)?.Tokens ?? []).OrderBy(token => token.Application, StringComparer.Ordinal).Select(token => new FeatureFlagToken { Server = name, Application = token.Application, CreatedAt = token.CreatedAt })];
    }

    /// <summary>Gives an application a token, which every place heeds within a second.</summary>
    /// <param name="request">For whom.</param>
    /// <param name="progress">Told of places that do not know it yet.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The token, in the clear: it is kept nowhere else.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagTokenExists</c>, <c>FeatureFlagTokenFileExists</c>, <c>FeatureFlagTokenFileNotWritten</c>, <c>FeatureFlagApplicationInvalid</c>.</exception>
    public async Task<(FeatureFlagToken Token, string Text)> AddTokenAsync(FlagTokenRequest request, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var saved = _servers.Get(request.Server);
        await using var alone = await _services.LockAsync(saved.Name, ct);
        var service = _services.Find(saved.Name) ?? new SavedFlagService();
        request.Check(service, saved.Name);
        var text = FlagServiceToken.Make();
        var token = new FlagServiceToken(request.Application, FlagServiceToken.HashOf(text), _time.GetUtcNow());
        // First: should this be interrupted, nobody has a token that he does not know.
        request.Write(text);
        await ChangeAsync(saved, service with { Tokens = [.. service.Tokens.Where(other => other.Application != request.Application), token] }, progress, ct);
        return (new FeatureFlagToken { Server = saved.Name, Application = token.Application, CreatedAt = token.CreatedAt }, text);
    }

    /// <summary>Takes an application's token away; every place heeds that within a second.</summary>
    /// <param name="server">The flag server's exact name; nothing for the selected one.</param>
    /// <param name="application">The application's exact name.</param>
    /// <param name="progress">Told of places that do not know it yet.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once every place that answers knows it.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagTokenNotFound</c>.</exception>
    public async Task RemoveTokenAsync(string? server, string application, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var saved = _servers.Get(server);
        await using var alone = await _services.LockAsync(saved.Name, ct);
        var service = _services.Find(saved.Name);
        if (service is null || !service.Tokens.Any(token => token.Application == application)) throw FlagTokenFailures.NotFound(application, saved.Name);
        await ChangeAsync(saved, service with { Tokens = [.. service.Tokens.Where(token => token.Application != application)] }, progress, ct);
    }

    private async Task ChangeAsync(SavedFlagServer server, SavedFlagService service, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        _services.Save(server.Name, service);
        await using var places = await OpenAsync(server, progress: null, ct);
        await places.TryForEachAsync((place, cancel) => place.AdmitAsync(service, cancel));
        if (places.Failed.Count > 0) progress.Report(new WarningMessage($"Not told yet, since they do not answer: {string.Join(", ", places.Failed)}. Start-FeatureFlagService {server.Name} tells them."));
    }

    private static string PlacesOf(SavedFlagServer server) => server.Uri is null ? string.Join(", ", server.Nodes.Select(node => node.Name)) : "this machine";

    private async Task<FlagServicePlaces> OpenAsync(SavedFlagServer server, IProgress<OperationMessage>? progress, CancellationToken ct)
    {
        var places = new FlagServicePlaces(server, ct);
        if (server.Uri is not null)
        {
            places.Add(new FlagServiceMachine(_state, server, _programs, _systemd, _time));
            return places;
        }

        using var session = CloudSession.Open(_state, server.Connection);
        var droplets = await session.Droplets.ListAsync(server.Fleet, ct);
        await Task.WhenAll(server.Nodes.Select(async node =>
        {
            try
            {
                progress?.Report(new ProgressMessage(Activity, node.Name, "connecting"));
                var droplet = FlagServerHosts.Find(server, node, droplets);
                places.Add(new FlagServiceNode(server, node, await FlagServerHosts.ConnectAsync(_state, droplet, ct), _programs, places.Packages));
            }
            catch (DevOpsException failure)
            {
                places.Fail(node.Name, failure);
            }
        }));
        return places;
    }
}
