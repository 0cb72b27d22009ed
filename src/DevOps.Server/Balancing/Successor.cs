using System.Globalization;
using DevOps.Core.Balancing;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Server.Http;

namespace DevOps.Server.Balancing;

/// <summary>Starts the process that goes on where this one ends.</summary>
internal static class Successor
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="options">What this process was told.</param>
    /// <param name="request">The successor's program.</param>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="serving">What this process serves with: its listening sockets are inherited.</param>
    /// <param name="ct">Ends the wait, and the successor.</param>
    /// <returns>Its status.</returns>
    public static async Task<ServerStatus> StartAsync(BalancerOptions options, HandoverRequest request, StateFolder state, Serving serving, CancellationToken ct)
    {
        var ownSocket = BalancerOptions.NewSocketFile(options.SocketFile);
        List<string> arguments =
        [
            BalancerRole.Name, "--state", options.State, "--balancer", options.Balancer, "--socket", options.SocketFile, "--own-socket", ownSocket,
        ];
        var descriptors = new List<int>();
        try
        {
            Inherit("--listener", serving.Listener);
            if (serving.StatusListener is { } status) Inherit("--status-listener", status);
            var launch = new ServerLaunch(
                BalancerRole.Name,
                options.Balancer,
                request.Program,
                arguments,
                new Dictionary<string, string?>(StringComparer.Ordinal),
                ServerFiles.For(state, BalancerRole.Name, options.Balancer).LogFile,
                ownSocket,
                ReadyTimeout)
            {
                Dotnet = request.Dotnet,
                InheritedDescriptors = descriptors,
            };
            return await new ServerLauncher().StartAsync(launch, new Silence(), ct);
        }
        finally
        {
            foreach (var descriptor in descriptors) ListeningSocket.Close(descriptor);
        }

        void Inherit(string option, ListeningSocket listener)
        {
            descriptors.Add(listener.Duplicate());
            arguments.AddRange([option, descriptors[^1].ToString(CultureInfo.InvariantCulture)]);
        }
    }

    // Nobody watches a handover; how it ends is what counts.
    private sealed class Silence : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
        }
    }
}
