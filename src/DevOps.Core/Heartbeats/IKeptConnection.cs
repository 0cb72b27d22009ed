namespace DevOps.Core.Heartbeats;

/// <summary>A connection that is kept from check to check.</summary>
internal interface IKeptConnection : IAsyncDisposable
{
    /// <summary>Whether it is known to be of no more use.</summary>
    bool IsBroken { get; }
}
