using DevOps.Core.Deployments.Instances;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>What this installation knows of an instance without asking it.</summary>
/// <param name="Release">The release that it serves, as the last deployment left it; nothing when there is none.</param>
/// <param name="Maintenance">What is being done to it, in words; nothing when it is left alone.</param>
/// <param name="MaintenanceSince">Since when.</param>
internal sealed record InstanceNote(string? Release, string? Maintenance, DateTimeOffset? MaintenanceSince)
{
    /// <summary>Nothing is known.</summary>
    public static InstanceNote None { get; } = new(null, null, null);
}

/// <summary>
/// Knows which release instances serve and which of them a deployment or a restart is at work on, for whoever checks them
/// many times a second. What it says is a few moments old at most.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock.</param>
internal sealed class InstanceNotes(StateFolder state, TimeProvider time)
{
    private static readonly TimeSpan LongestAge = TimeSpan.FromMilliseconds(200);

    private readonly InstanceRecords _records = new(state);
    private readonly Dictionary<string, EnvironmentNotes> _environments = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Tells what is known of a target's instance.</summary>
    /// <param name="target">The target.</param>
    /// <param name="isUrgent">Whether what was found out a moment ago is too old, as it is when the target has just been found down.</param>
    /// <returns>The note; an empty one for what is no instance.</returns>
    public InstanceNote Of(HeartbeatTarget target, bool isUrgent = false)
    {
        if (target is not { Environment: { } environment, Group: { } application }) return InstanceNote.None;
        lock (_lock)
        {
            if (!_environments.TryGetValue(environment, out var notes)) _environments[environment] = notes = new EnvironmentNotes(new EnvironmentWork(state, environment, time));
            if (isUrgent || notes.ReadAt is not { } readAt || time.GetElapsedTime(readAt) >= LongestAge) notes.Read(time);
            var work = notes.Work.FirstOrDefault(candidate => candidate.Application == application && candidate.Instance == target.Name);
            return new InstanceNote(ReleaseOf(notes, environment, application, target.Name), work?.Cause, work?.Since);
        }
    }

    // A file is read again only when it has become another.
    private string? ReleaseOf(EnvironmentNotes notes, string environment, string application, string instance)
    {
        var key = (application, instance);
        var written = File.GetLastWriteTimeUtc(_records.FileOf(environment, application, instance));
        if (notes.Releases.TryGetValue(key, out var known) && known.Written == written) return known.Release;
        var release = _records.Find(environment, application, instance)?.Release.Release;
        notes.Releases[key] = (written, release);
        return release;
    }

    /// <summary>What is known of one environment.</summary>
    private sealed class EnvironmentNotes(EnvironmentWork work)
    {
        public IReadOnlyList<InstanceAtWork> Work { get; private set; } = [];

        public long? ReadAt { get; private set; }

        public Dictionary<(string Application, string Instance), (DateTime Written, string? Release)> Releases { get; } = [];

        public void Read(TimeProvider time)
        {
            ReadAt = time.GetTimestamp();
            try
            {
                Work = work.Read();
            }
            catch (Exception exception) when (exception is DevOpsException or IOException or UnauthorizedAccessException)
            {
                // A journal that cannot be read says nothing; Get-Deployment says why. Checks go on without it.
                Work = [];
            }
        }
    }
}
