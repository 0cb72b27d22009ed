namespace DevOps.Model;

/// <summary>What the local cloud is doing.</summary>
public enum LocalCloudState
{
    /// <summary>No process runs.</summary>
    Stopped,

    /// <summary>The process runs and prepares its image or network; the API does not answer yet.</summary>
    Starting,

    /// <summary>The API answers.</summary>
    Running,

    /// <summary>The process ended by an error, or does not answer.</summary>
    Failed,
}

/// <summary>The DigitalOcean-compatible API on this machine.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="ApiUri">The API's base address, on loopback.</param>
/// <param name="Connection">The saved connection that leads to it.</param>
/// <param name="Droplets">How many droplets it has.</param>
/// <param name="ProcessId">Its process, when it runs.</param>
/// <param name="Folder">Where it keeps its state.</param>
/// <param name="Activity">What it is preparing, while it starts; why it failed, when it did.</param>
public sealed record LocalCloud(
    LocalCloudState State,
    Uri? ApiUri,
    string? Connection,
    int Droplets,
    int? ProcessId,
    string Folder,
    string? Activity);
