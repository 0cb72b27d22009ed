using DevOps.Core.Flags.Definitions;
using DevOps.Core.Heartbeats.Redis;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Store;

/// <summary>Says what is wrong with a flag, or with its server, and what to do about it.</summary>
public static class FlagFailures
{
    /// <summary>Says that there is no such flag.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "FeatureFlagNotFound",
        FailureKind.NotFound,
        $"There is no feature flag '{FlagText.Short(name)}'.",
        "Get-FeatureFlag shows all that there are; Set-FeatureFlag makes one.",
        name);

    /// <summary>Says that somebody else was faster.</summary>
    internal static DevOpsException Conflict(string name, long? expected, string version) => new(
        "FeatureFlagVersionConflict",
        FailureKind.Conflict,
        $"The feature flag '{FlagText.Short(name)}' {(version == "0" ? "is not there" : $"has version {version}")}, not version {expected}: somebody else has changed it. Nothing was written.",
        "Look at it with Get-FeatureFlag, and give its version with -IfVersion.",
        name);

    /// <summary>Says that the plain key is somebody else's.</summary>
    internal static DevOpsException KeyTaken(string name, string kind) => new(
        "FeatureFlagKeyTaken",
        FailureKind.Conflict,
        $"Another program keeps a {kind} that is neither 'true' nor 'false' at the key '{FlagText.Short(name)}' of this Redis server. Nothing was written.",
        "Choose another name for the flag.",
        name);

    /// <summary>Waits for an answer to a question, and says what is wrong when there is none.</summary>
    internal static async Task<T> ReadAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question().ConfigureAwait(false);
        }
        catch (RedisServerException failure)
        {
            throw Refused(failure, string.Empty);
        }
        catch (Exception failure) when (failure is RedisConnectionException or RedisTimeoutException)
        {
            throw new DevOpsException(
                "FeatureFlagServerUnreachable",
                FailureKind.Unavailable,
                $"The feature flag server does not answer: {FlagText.Short(failure.Message)}",
                "Get-FeatureFlagServer shows how its nodes are.",
                inner: failure);
        }
    }

    /// <summary>Waits for a write, and says what is wrong when it failed, or when nobody knows whether it did.</summary>
    internal static async Task<T> WriteAsync<T>(string name, Task<T> write)
    {
        try
        {
            return await write.ConfigureAwait(false);
        }
        catch (RedisServerException failure)
        {
            throw Refused(failure, " Nothing was written.");
        }
        catch (Exception failure) when (failure is RedisConnectionException or RedisTimeoutException)
        {
            throw new DevOpsException(
                "FeatureFlagWriteUnknown",
                FailureKind.Unavailable,
                $"The connection ended before the feature flag server had answered: whether '{FlagText.Short(name)}' was written is not known.",
                "Look with Get-FeatureFlag; writing it once more does no harm. If that ends the same way, see whether the master's disk is full: redis-server ends when it cannot keep a change.",
                name,
                failure);
        }
    }

    private static DevOpsException Refused(RedisServerException failure, string consequence)
    {
        var message = failure.Message;
        var (id, kind, cause, action) = message.Split(' ', 2)[0] switch
        {
            "NOREPLICAS" => ("FeatureFlagServerLacksReplicas", FailureKind.Unavailable, "too few replicas are linked to its master, so that it takes no changes", "Get-FeatureFlagServer shows which; Install-FeatureFlagServer repairs them."),
            "READONLY" => ("FeatureFlagServerHasNoMaster", FailureKind.Unavailable, "what was the master is a replica now", "Try again: the new master is looked up."),
            "MISCONF" => ("FeatureFlagServerCannotSave", FailureKind.OperationFailed, "it cannot save its data on the disk, and takes no changes", "Free space on the master's disk."),
            "OOM" => ("FeatureFlagServerCannotSave", FailureKind.LimitExceeded, "its memory is full", "Remove flags, or give it more memory."),
            "NOPERM" or "NOAUTH" or "WRONGPASS" => ("FeatureFlagServerRefused", FailureKind.Unauthorized, "it does not let this user do that", "Install-FeatureFlagServer sets its users right; Connect-FeatureFlagServer names others."),
            _ => ("FeatureFlagServerRefused", FailureKind.OperationFailed, RedisErrors.Describe(message, hasPassword: true), "Get-FeatureFlagServer shows how its nodes are."),
        };
        return new DevOpsException(id, kind, $"The feature flag server refuses: {cause}.{consequence}", action, inner: failure);
    }
}
