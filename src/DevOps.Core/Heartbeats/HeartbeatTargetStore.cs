using System.Text.Json;
using DevOps.Core.Alerts;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>The targets that were added by hand: one file a target below <c>heartbeats/targets/</c> of the state folder.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock; the system's when nothing.</param>
public sealed class HeartbeatTargetStore(StateFolder state, TimeProvider? time = null)
{
    private const string Folder = "heartbeats";
    private const string Targets = "targets";
    private const string Extension = ".json";

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly PushStore _pushes = new(state, time);

    /// <summary>The names of all targets. Reads none of them.</summary>
    /// <returns>The names in order.</returns>
    public IReadOnlyList<string> Names()
    {
        var folder = state.PathOf(Folder, Targets);
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(HeartbeatTargetRules.IsName)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Keeps a target. One that jobs call gets its secret, if it has none yet, and is waited for from now on.</summary>
    /// <param name="target">The target.</param>
    /// <param name="replaces">Whether it may take the place of one of the same name.</param>
    /// <returns>The target as it is kept.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTargetInvalid</c>, <c>HeartbeatTargetExists</c>, <c>StateFolderNotWritable</c>.</exception>
    public HeartbeatTarget Add(HeartbeatTarget target, bool replaces)
    {
        HeartbeatTargetRules.CheckHere(target);
        var file = FileOf(target.Name);
        if (!replaces && File.Exists(file))
        {
            throw new DevOpsException(
                "HeartbeatTargetExists",
                FailureKind.Conflict,
                $"There is a heartbeat target '{target.Name}' already.",
                "Give another name, or -Force to replace it.",
                target.Name);
        }

        var isPushed = target.Uri.Scheme == HeartbeatTargetRules.Push;
        var kept = target with { AddedAt = isPushed ? _time.GetUtcNow() : null };
        if (isPushed) _pushes.Prepare(target.Name);
        state.Write(file, JsonSerializer.SerializeToUtf8Bytes(kept, HeartbeatJson.Default.HeartbeatTarget));
        // It may have taken the place of one that was called.
        if (!isPushed) _pushes.Remove(target.Name);
        return kept;
    }

    /// <summary>Gets a target.</summary>
    /// <param name="name">Its exact name.</param>
    /// <returns>The target.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTargetNotFound</c>, <c>HeartbeatTargetDamaged</c>.</exception>
    public HeartbeatTarget Get(string name)
    {
        if (!HeartbeatTargetRules.IsName(name)) throw NotFound(name);
        var file = FileOf(name);
        try
        {
            var target = JsonSerializer.Deserialize(File.ReadAllBytes(file), HeartbeatJson.Default.HeartbeatTarget) ?? throw new JsonException("The file is empty.");
            // A file that was copied or renamed by hand is what it is called.
            return HeartbeatTargetRules.Check(target with { Name = name });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(name);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or DevOpsException)
        {
            throw new DevOpsException(
                "HeartbeatTargetDamaged",
                FailureKind.OperationFailed,
                $"The file '{file}' of the heartbeat target '{name}' cannot be read: {OneLine.Of(exception.Message, 300)}",
                $"Remove-HeartbeatTarget {name}, then add it again with Add-HeartbeatTarget.",
                name,
                exception);
        }
    }

    /// <summary>Forgets a target, and the calls and the secret of one that jobs call.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>HeartbeatTargetNotFound</c>, <c>StateFolderNotWritable</c>.</exception>
    public void Remove(string name)
    {
        if (!HeartbeatTargetRules.IsName(name) || !File.Exists(FileOf(name))) throw NotFound(name);
        try
        {
            File.Delete(FileOf(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw state.NotWritable(FileOf(name), exception);
        }

        _pushes.Remove(name);
    }

    /// <summary>The failure of a target that does not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "HeartbeatTargetNotFound",
        FailureKind.NotFound,
        $"There is no heartbeat target called '{OneLine.Of(name, 80)}'.",
        "Get-HeartbeatTarget lists the targets that were added; Add-HeartbeatTarget adds one.",
        name);

    private string FileOf(string name) => state.PathOf(Folder, Targets, name + Extension);
}
