using System.Globalization;

namespace DevOps.Server.Balancing;

/// <summary>What a balancer's process is told on its command line.</summary>
/// <param name="State">The installation's state folder.</param>
/// <param name="Balancer">The balancer's name.</param>
/// <param name="SocketFile">The administration socket that everybody knows.</param>
/// <param name="OwnSocketFile">
/// The administration socket of this process alone, which <paramref name="SocketFile"/> leads to while the process serves:
/// two processes live side by side while one hands over to the other.
/// </param>
/// <param name="Listener">The descriptor of the listening socket that a predecessor hands over; nothing for a first process.</param>
/// <param name="StatusListener">The descriptor of its status page's listening socket, if it had one.</param>
internal sealed record BalancerOptions(string State, string Balancer, string SocketFile, string OwnSocketFile, int? Listener, int? StatusListener)
{
    /// <summary>Reads the options.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The options.</returns>
    public static BalancerOptions Of(RoleArguments arguments)
    {
        var socket = arguments.Require("socket");
        return new BalancerOptions(
            arguments.Require("state"),
            arguments.Require("balancer"),
            socket,
            arguments.Options.TryGetValue("own-socket", out var own) ? own : NewSocketFile(socket),
            Descriptor(arguments, "listener"),
            Descriptor(arguments, "status-listener"));
    }

    /// <summary>Makes the name of a process's own socket.</summary>
    /// <param name="socketFile">The socket that everybody knows.</param>
    /// <returns>A name that no other process has.</returns>
    public static string NewSocketFile(string socketFile) => $"{socketFile}.{Guid.NewGuid().ToString("N")[..8]}";

    private static int? Descriptor(RoleArguments arguments, string option) =>
        arguments.Options.TryGetValue(option, out var descriptor) ? int.Parse(descriptor, CultureInfo.InvariantCulture) : null;
}
