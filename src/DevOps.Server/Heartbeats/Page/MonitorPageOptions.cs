using System.Net;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Where the page is served, and to whom.</summary>
/// <param name="Address">The address at which it listens.</param>
/// <param name="Port">The port; 0 for any that is free.</param>
/// <param name="Token">What everybody must know who looks; needed unless only this machine is served. Nothing for everybody on this machine.</param>
internal sealed record MonitorPageOptions(IPAddress Address, int Port, string? Token)
{
    /// <summary>The cmdlets' parameter that chooses the port, for errors.</summary>
    public string PortParameter { get; init; } = "-Port";

    /// <summary>Says where it is served, and not the token.</summary>
    /// <returns>Such as <c>127.0.0.1:8090</c>.</returns>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
