using StackExchange.Redis;

namespace DevOps.Core.Flags.Store;

/// <summary>Where flags are kept in Redis. Each Boolean flag is a plain key of its name besides, for programs that know nothing of this.</summary>
internal static class FlagKeys
{
    /// <summary>The hash of all flags: by name <c>VERSION TIME RECORD</c>, the time in milliseconds since 1970 by the master's clock, the record as <see cref="FlagRecord"/>.</summary>
    public static readonly RedisKey Flags = "ff:flags";

    /// <summary>Counts the changes of all flags. A reader whose number differs has missed some.</summary>
    public static readonly RedisKey Version = "ff:version";

    /// <summary>The stream of changes.</summary>
    public static readonly RedisKey History = "ff:history";

    /// <summary>The hash of what was written to plain keys, by which a change that another program made is known.</summary>
    public static readonly RedisKey Plain = "ff:plain";

    /// <summary>Where changes are told: <c>VERSION NAME</c>.</summary>
    public static readonly RedisChannel Changes = RedisChannel.Literal("ff:changes");

    /// <summary>Where Redis tells that some key was set (<c>notify-keyspace-events</c> with <c>E$</c>).</summary>
    public static readonly RedisChannel KeySet = RedisChannel.Literal("__keyevent@0__:set");
}
