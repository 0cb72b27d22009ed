using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Heartbeats;

/// <summary>
/// Keeps what is watched at what there is to watch: it looks when files of this installation have changed, such as by a
/// deployment or by Add-HeartbeatTarget, when somebody says so, and now and then, since droplets come and go elsewhere.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="settings">Tells the settings in effect.</param>
/// <param name="apply">Takes the targets over.</param>
/// <param name="time">The clock.</param>
internal sealed class TargetSource(StateFolder state, Func<MonitorSettings> settings, Func<IReadOnlyList<HeartbeatTarget>, Task> apply, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookAtFiles = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAtCloud = TimeSpan.FromSeconds(30);

    private readonly MonitorTargets _targets = new(state);
    private readonly SemaphoreSlim _turn = new(1);
    private long _lookedAt;
    private string _files = string.Empty;

    /// <summary>What could not be found out, in words.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Takes over what a process before this one found.</summary>
    /// <returns>Whether there was something.</returns>
    public async Task<bool> RecallAsync()
    {
        var remembered = _targets.Remembered();
        await apply(remembered);
        return remembered.Count > 0;
    }

    /// <summary>Looks now.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when what was found is watched.</returns>
    public async Task LookAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            // Before the look: what changes while it lasts is looked at again.
            (_files, _lookedAt) = (FilesNow(), time.GetTimestamp());
            var (targets, problems) = await _targets.FindAsync(settings(), ct);
            Problems = problems;
            await apply(targets);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Looks whenever there is a reason to.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends by <paramref name="ct"/>.</returns>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookAtFiles, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            if (time.GetElapsedTime(_lookedAt) >= LookAtCloud || FilesNow() != _files) await LookAsync(ct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // Names and times of all files that say what there is.
    private string FilesNow()
    {
        var text = new System.Text.StringBuilder();
        foreach (var folder in (string[])[state.PathOf("environments"), state.PathOf("heartbeats", "targets")])
        {
            if (!Directory.Exists(folder)) continue;
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.json", SearchOption.AllDirectories)) text.Append(file.FullName).Append(' ').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
        }

        return text.ToString();
    }
}
