namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>The tests that share one browser.</summary>
[CollectionDefinition(nameof(Browser))]
public sealed class SharedBrowser : ICollectionFixture<Browser>;
