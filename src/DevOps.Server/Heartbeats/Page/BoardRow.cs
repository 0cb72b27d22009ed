using DevOps.Model;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>A target on the board. Used under the board's lock.</summary>
internal sealed class BoardRow
{
    // A day has 86,400 seconds: one of them is about a thousandth of a per cent.
    private const int UptimeDigits = 3;

    private readonly BeatLine _line;
    private long _checks;

    /// <summary>Makes a row.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="target">The target.</param>
    /// <param name="before">The row of the same target before its address changed; nothing for a new target.</param>
    public BoardRow(string key, HeartbeatTarget target, BoardRow? before)
    {
        (Key, Target) = (key, target);
        (_line, _checks, Last, Uptime) = before is null ? (new BeatLine(), 0, null, null) : (before._line, before._checks, before.Last, before.Uptime);
    }

    /// <summary>The target's key.</summary>
    public string Key { get; }

    /// <summary>The target.</summary>
    public HeartbeatTarget Target { get; }

    /// <summary>Its last heartbeat; nothing before the first.</summary>
    public Heartbeat? Last { get; private set; }

    /// <summary>How much of the day it was up, in per cent.</summary>
    public double? Uptime { get; private set; }

    /// <summary>How it is.</summary>
    public HeartbeatState State => Last?.State ?? HeartbeatState.Unknown;

    /// <summary>Takes a heartbeat.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <returns>What browsers that know the one before it are told.</returns>
    public BeatMessage Take(Heartbeat heartbeat)
    {
        var message = BoardMessage.Of(Key, heartbeat, Last);
        Last = heartbeat;
        _line.Add(heartbeat);
        _checks++;
        return message;
    }

    /// <summary>Takes the uptime of the day.</summary>
    /// <param name="uptime">Per cent.</param>
    /// <returns>Whether it is another one.</returns>
    public bool SetUptime(double? uptime)
    {
        var rounded = uptime is { } known ? Math.Round(known, UptimeDigits) : (double?)null;
        var isSame = Uptime.Equals(rounded);
        Uptime = rounded;
        return !isSame;
    }

    /// <summary>Tells everything that the page shows of it.</summary>
    /// <returns>The message.</returns>
    public TargetMessage ToMessage() => new(
        Key,
        Target.Name,
        Target.Group,
        Target.Environment,
        Target.Uri.ToString(),
        Uptime,
        _line.ToArray(),
        Last is null ? null : BoardMessage.Whole(Key, Last));

    /// <summary>Tells how it is, for other programs.</summary>
    /// <returns>How it is.</returns>
    public StatusTarget ToStatus() => new(
        Key,
        Target.Name,
        Target.Group,
        Target.Environment,
        State,
        BeatLine.Milliseconds(Last?.Latency),
        Last?.Cause,
        Last?.Evidence,
        Last?.Since,
        Last?.At,
        Target.Uri,
        Last?.Release,
        Last?.Role,
        Uptime,
        _checks);
}
