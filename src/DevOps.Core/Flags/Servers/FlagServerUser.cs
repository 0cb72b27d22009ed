namespace DevOps.Core.Flags.Servers;

/// <summary>The accounts of a server of feature flags.</summary>
public enum FlagServerUser
{
    /// <summary>May do everything; used by the cmdlets that care for the server.</summary>
    Operator,

    /// <summary>Changes flags.</summary>
    Writer,

    /// <summary>Reads everything, and changes nothing.</summary>
    Reader,

    /// <summary>Only for the replicas, to copy the master.</summary>
    Replication,
}
