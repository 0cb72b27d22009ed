namespace DevOps.Model;

/// <summary>A feature flag server: a Redis master and its replicas.</summary>
public sealed record FeatureFlagServer
{
    /// <summary>The name that it was given.</summary>
    public required string Name { get; init; }

    /// <summary>The address of its master.</summary>
    public required Uri Uri { get; init; }

    /// <summary>Whether cmdlets use it when none is named.</summary>
    public required bool IsSelected { get; init; }

    /// <summary>Whether what answers at the address is a master; flags can be set at a master only.</summary>
    public required bool IsMaster { get; init; }

    /// <summary>The version of Redis.</summary>
    public string? Version { get; set; }

    /// <summary>How much memory its data takes, in bytes.</summary>
    public long? Memory { get; set; }

    /// <summary>The replicas that the master knows.</summary>
    public required IReadOnlyList<FeatureFlagReplica> Replicas { get; init; }

    /// <summary>Names the server.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}

/// <summary>A replica of a feature flag server, as its master knows it.</summary>
public sealed record FeatureFlagReplica
{
    /// <summary>Its address and port.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it is linked; else it still copies the data.</summary>
    public required bool IsLinked { get; init; }

    /// <summary>How much of what was written it has not acknowledged yet, in bytes. Replicas acknowledge each second, and at once when a flag is set.</summary>
    public required long LagBytes { get; init; }

    /// <summary>Names the replica.</summary>
    /// <returns>The address.</returns>
    public override string ToString() => Address;
}
