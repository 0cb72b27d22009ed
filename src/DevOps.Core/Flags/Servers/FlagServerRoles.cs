namespace DevOps.Core.Flags.Servers;

/// <summary>Makes nodes play their part, now and when they start the next time.</summary>
internal static class FlagServerRoles
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Writes down what a node is when it starts the next time.</summary>
    /// <param name="node">The node.</param>
    /// <param name="master">The node that it copies; nothing for the master itself.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What was changed.</returns>
    public static async Task<IReadOnlyList<string>> KeepAsync(FlagServerNodeConnection node, SavedFlagServerNode? master, CancellationToken ct)
    {
        if (node.Host is { } host) return await new FlagServerNodeHost(host).KeepRoleAsync(master, ct);
        try
        {
            // Nobody of us made its files, so the server itself writes down what it is at this moment.
            await node.ExecuteAsync(["CONFIG", "REWRITE"], ct);
        }
        catch (DevOpsException failure) when (failure.Id == "FeatureFlagServerCommandRefused")
        {
            // It was started without a file: it will be what its command line says, which nobody here can change.
        }

        return [];
    }

    /// <summary>Has a node follow the master and waits until it does.</summary>
    /// <param name="node">The node.</param>
    /// <param name="master">The master.</param>
    /// <param name="limit">How long it may take; a node without data copies all of it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What was changed.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerReplicaNotReady</c>.</exception>
    public static async Task<IReadOnlyList<string>> FollowAsync(FlagServerNodeConnection node, FlagServerNodeConnection master, TimeSpan limit, CancellationToken ct)
    {
        // First on the disk: a node that dies in between must not come back as a second master.
        var changed = (node.Host is null ? [] : await KeepAsync(node, master.Node, ct)).ToList();
        var info = await node.AskAsync(ct);
        if (!info.Copies(master.Node))
        {
            await node.ExecuteAsync(["REPLICAOF", master.Node.Address, $"{master.Node.Port}"], ct);
            changed.Add($"it follows {master.Name}");
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(limit);
        try
        {
            // Redis tells nobody when a replica has caught up.
            while (!(info = await node.AskAsync(waiting.Token)).IsLinkUp || info.IsKeeping || (await master.AskAsync(waiting.Token)).WaitsFor(node.Node)) await Task.Delay(Pause, waiting.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DevOpsException(
                "FeatureFlagServerReplicaNotReady",
                FailureKind.Timeout,
                $"Node '{node.Name}' does not follow '{master.Name}' yet: {(info.IsCopying ? "it is copying its data" : info.IsLinkUp ? "it has not written its data to its disk" : "its link is down")}.",
                "Get-FeatureFlagServer shows how far it is. If its link stays down, see whether the nodes reach each other at their private addresses, and whether its disk is full.",
                node.Name);
        }

        if (node.Host is null) await KeepAsync(node, master.Node, ct);
        return changed;
    }

    /// <summary>Makes a replica the master, whatever became of the old one.</summary>
    /// <param name="node">The replica.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it takes changes.</returns>
    public static async Task PromoteAsync(FlagServerNodeConnection node, CancellationToken ct)
    {
        await node.ExecuteAsync(["REPLICAOF", "NO", "ONE"], ct);
        await KeepAsync(node, master: null, ct);
        await node.AskAsync(ct);
    }
}
