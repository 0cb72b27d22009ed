namespace DevOps.Model;

/// <summary>How a feature flag service is.</summary>
public enum FeatureFlagServiceState
{
    /// <summary>It answers, and its flags are the newest.</summary>
    Running,

    /// <summary>It answers with the last known flags: its Redis does not.</summary>
    Stale,

    /// <summary>It runs and has no flags: it has never reached its Redis.</summary>
    Empty,

    /// <summary>It does not run.</summary>
    Stopped,

    /// <summary>It cannot be told.</summary>
    Unreachable,
}

/// <summary>A feature flag service: what answers applications that ask for flags over HTTP.</summary>
public sealed record FeatureFlagService
{
    /// <summary>The flag server whose flags it answers with.</summary>
    public required string Server { get; init; }

    /// <summary>The node that it runs beside; <c>localhost</c> when it runs on this machine.</summary>
    public required string Node { get; init; }

    /// <summary>How it is.</summary>
    public required FeatureFlagServiceState State { get; init; }

    /// <summary>Where applications reach it.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The version of its flags; nothing when it does not answer.</summary>
    public long? Version { get; init; }

    /// <summary>How many flags it has.</summary>
    public int? FlagCount { get; init; }

    /// <summary>How old what it knows is: the time since its Redis last said that it is the newest.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Since when it runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it starts with the machine.</summary>
    public required bool IsPersistent { get; init; }

    /// <summary>What is wrong, in words; nothing when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>Names the service.</summary>
    /// <returns>The node.</returns>
    public override string ToString() => Node;
}
