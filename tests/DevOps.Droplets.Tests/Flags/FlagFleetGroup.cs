namespace DevOps.Droplets.Tests.Flags;

/// <summary>The classes that use the feature flag server on three droplets, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class FlagFleetGroup : ICollectionFixture<FlagFleet>
{
    /// <summary>The group's name.</summary>
    public const string Name = "feature flag server";
}
