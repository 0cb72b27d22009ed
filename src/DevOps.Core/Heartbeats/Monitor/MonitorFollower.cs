using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Monitor;

/// <summary>
/// Asks the monitor instead of checking targets a second time: then whoever asks is told what the page shows, since when,
/// and what is maintenance. What the monitor does not watch, or watches in another way, is left to the asker.
/// </summary>
/// <param name="state">The installation's state folder.</param>
internal sealed class MonitorFollower(StateFolder state) : IDisposable
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(15);

    private readonly MonitorClient _client = new(state);

    /// <summary>Finds out which targets the monitor watches.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="progress">Hears that there is a monitor that does not answer.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Their keys with how each one is, as far as that is known, and the number of the newest beat; nothing of it without a monitor.</returns>
    public async Task<(Dictionary<string, Heartbeat?> Watched, long Last)> FindAsync(IReadOnlyList<HeartbeatTarget> targets, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var report = await AskAsync(() => _client.ReportAsync(ct), progress);
        if (report is null) return ([], 0);
        var watched = report.Targets.ToDictionary(HeartbeatKey.Of, StringComparer.Ordinal);
        var heartbeats = report.Heartbeats.ToDictionary(HeartbeatKey.Of, StringComparer.Ordinal);
        var found = new Dictionary<string, Heartbeat?>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            var key = HeartbeatKey.Of(target);
            if (watched.GetValueOrDefault(key) == target) found[key] = heartbeats.GetValueOrDefault(key);
        }

        return (found, report.LastBeat);
    }

    /// <summary>Has the monitor check targets now.</summary>
    /// <param name="keys">The targets, by <see cref="HeartbeatKey"/>.</param>
    /// <param name="progress">Hears that the monitor does not answer.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How they are, by key; those are missing that the monitor does not watch any more.</returns>
    public async Task<Dictionary<string, Heartbeat>> CheckAsync(IReadOnlyList<string> keys, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (keys.Count == 0) return [];
        var beats = await AskAsync(() => _client.CheckAsync(keys, ct), progress);
        return beats?.Beats.ToDictionary(HeartbeatKey.Of, StringComparer.Ordinal) ?? [];
    }

    /// <summary>Follows the monitor until it is gone.</summary>
    /// <param name="keys">The targets that matter.</param>
    /// <param name="after">The number of the newest beat that is known.</param>
    /// <param name="isEach">Whether each beat is told; else only changes.</param>
    /// <param name="tell">Hears of each beat.</param>
    /// <param name="progress">Hears that the monitor does not answer any more.</param>
    /// <param name="ct">Ends the following.</param>
    /// <returns>A task that ends when there is no monitor any more.</returns>
    public async Task FollowAsync(IReadOnlySet<string> keys, long after, bool isEach, Action<Heartbeat> tell, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        while (await AskAsync(() => _client.BeatsAsync(after, !isEach, LongestPoll, ct), progress) is { } news)
        {
            // A monitor that was started anew counts from the beginning.
            if (news.Last < after)
            {
                after = 0;
                continue;
            }

            after = news.Last;
            foreach (var beat in news.Beats.Where(beat => keys.Contains(HeartbeatKey.Of(beat)))) tell(beat);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static async Task<T?> AskAsync<T>(Func<Task<T?>> ask, IProgress<OperationMessage> progress)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (DevOpsException failure)
        {
            progress.Report(new WarningMessage($"The heartbeat monitor cannot be asked, so targets are checked without it: {failure.Message}"));
            return null;
        }
    }
}
