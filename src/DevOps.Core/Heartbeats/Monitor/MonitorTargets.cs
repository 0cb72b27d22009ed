using System.Text.Json;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Environments;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>
/// Finds what the monitor checks: every instance that was deployed from here, the droplets of the fleets that it was told,
/// and every target that was added. What cannot be found for a moment is taken to be as it was.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed class MonitorTargets(StateFolder state)
{
    private readonly MonitorFiles _files = new(state);
    private readonly Dictionary<string, IReadOnlyList<HeartbeatTarget>> _known = new(StringComparer.Ordinal);

    /// <summary>What it found when it last looked, also by a process before this one.</summary>
    /// <returns>The targets.</returns>
    public IReadOnlyList<HeartbeatTarget> Remembered()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_files.KnownTargetsFile), MonitorJson.Default.IReadOnlyListHeartbeatTarget) ?? [];
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            // A look that succeeds writes it anew.
            return [];
        }
    }

    /// <summary>Looks.</summary>
    /// <param name="settings">The monitor's settings.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The targets, each once, and what could not be found out, in words.</returns>
    public async Task<(IReadOnlyList<HeartbeatTarget> Targets, IReadOnlyList<string> Problems)> FindAsync(MonitorSettings settings, CancellationToken ct)
    {
        var problems = new Problems();
        var found = new List<HeartbeatTarget>();
        foreach (var environment in Environments(problems))
        {
            found.AddRange(await FindAsync($"environment {environment.Name}", problems, () => FleetTargets.OfApplicationsAsync(state, environment, _ => true, connection: null, problems, ct)));
        }

        foreach (var fleet in settings.Fleets)
        {
            found.AddRange(await FindAsync($"fleet {fleet}", problems, () => OfFleetAsync(settings, fleet, problems, ct)));
        }

        found.AddRange(Added(problems));
        var targets = found.DistinctBy(HeartbeatKey.Of, StringComparer.Ordinal).ToArray();
        Remember(targets, problems);
        return (targets, problems.Texts);
    }

    private IEnumerable<EnvironmentDefinition> Environments(Problems problems)
    {
        try
        {
            return new KnownEnvironments(state).List();
        }
        catch (DevOpsException failure)
        {
            problems.Add(failure.Message);
            return [];
        }
    }

    private async Task<IReadOnlyList<HeartbeatTarget>> FindAsync(string what, Problems problems, Func<Task<IReadOnlyList<HeartbeatTarget>>> find)
    {
        try
        {
            return _known[what] = await find();
        }
        catch (DevOpsException failure)
        {
            problems.Add($"What belongs to the {what} cannot be asked: {failure.Message}");
            return _known.GetValueOrDefault(what, []);
        }
    }

    private async Task<IReadOnlyList<HeartbeatTarget>> OfFleetAsync(MonitorSettings settings, string fleet, Problems problems, CancellationToken ct)
    {
        using var session = CloudSession.Open(state, settings.Connection);
        return await FleetTargets.OfFleetsAsync(session, [fleet], problems, ct);
    }

    private List<HeartbeatTarget> Added(Problems problems)
    {
        var store = new HeartbeatTargetStore(state);
        var added = new List<HeartbeatTarget>();
        foreach (var name in store.Names())
        {
            try
            {
                added.Add(store.Get(name));
            }
            catch (DevOpsException failure)
            {
                // Removed at this moment, it is no problem of anybody's.
                if (failure.Kind != FailureKind.NotFound) problems.Add(failure.Message);
            }
        }

        return added;
    }

    private void Remember(HeartbeatTarget[] targets, Problems problems)
    {
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(targets, MonitorJson.Default.IReadOnlyListHeartbeatTarget);
            if (!File.Exists(_files.KnownTargetsFile) || !json.AsSpan().SequenceEqual(File.ReadAllBytes(_files.KnownTargetsFile))) state.Write(_files.KnownTargetsFile, json);
        }
        catch (DevOpsException failure)
        {
            problems.Add(failure.Message);
        }
    }

    /// <summary>Collects what could not be found out.</summary>
    private sealed class Problems : IProgress<OperationMessage>
    {
        private readonly List<string> _texts = [];

        public IReadOnlyList<string> Texts
        {
            get
            {
                lock (_texts) return [.. _texts.Distinct(StringComparer.Ordinal)];
            }
        }

        public void Add(string text)
        {
            lock (_texts) _texts.Add(text);
        }

        public void Report(OperationMessage value)
        {
            // What nothing was deployed to yet is nothing that an operator has to mend.
            if (value is FailureMessage { Failure: { } failure }) Add(failure.Message);
        }
    }
}
