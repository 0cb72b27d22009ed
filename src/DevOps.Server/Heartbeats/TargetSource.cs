using System.Text;
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

    // Longer than that of any file system; FAT's is two seconds.
    private static readonly TimeSpan FileClockTick = TimeSpan.FromSeconds(2);

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

    // Names and times of what says what there is. Targets may be thousands, so that only their folder is looked at: adding,
    // replacing and removing one changes it. What somebody edits in place there is found when droplets are looked for.
    private string FilesNow()
    {
        var text = new StringBuilder();
        var environments = state.PathOf("environments");
        if (Directory.Exists(environments))
        {
            foreach (var file in new DirectoryInfo(environments).EnumerateFiles("*.json", SearchOption.AllDirectories)) text.Append(file.FullName).Append(' ').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
        }

        var now = DateTime.UtcNow;
        var targets = Directory.GetLastWriteTimeUtc(state.PathOf("heartbeats", "targets"));
        text.Append(targets.Ticks);
        // Two changes within one tick of the file system's clock have the same time: a folder that has just changed is looked at again.
        if ((now - targets).Duration() < FileClockTick) text.Append(' ').Append(now.Ticks);
        return text.ToString();
    }
}
