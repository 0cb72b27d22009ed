using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Makes another node the master.</summary>
/// <param name="connector">Connects to the nodes.</param>
/// <param name="store">The servers that are known.</param>
public sealed class FlagServerSwitch(FlagServerConnector connector, FlagServerStore store)
{
    private const string Activity = "Switching the feature flag server";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly FlagServerStatus _status = new(connector, store);

    /// <summary>How long changes are held up at most, until the new master has them all; after that nothing is switched.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a replica may take until it follows the new master.</summary>
    public TimeSpan FollowTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Says what a switch would do.</summary>
    /// <param name="name">The server's exact name; nothing for the selected one, else the only one.</param>
    /// <param name="to">The node that becomes master; nothing for the replica that has most.</param>
    /// <param name="isForced">Whether a replica may take the place of a master that does not answer.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The server's name and what would be done, in words.</returns>
    /// <exception cref="DevOpsException">As <see cref="RunAsync"/>.</exception>
    public async Task<(string Server, string Action)> PreviewAsync(string? name, string? to, bool isForced, CancellationToken ct)
    {
        await using var connection = await connector.OpenAsync(name, FlagServerUser.Operator, ct);
        var target = TargetOf(connection, to, isForced);
        return (connection.Name, connection.Master is { } master ? $"Make {target.Name} the master in place of {master.Name}" : $"Make {target.Name} the master, although the old one does not answer");
    }

    /// <summary>
    /// Makes another node the master. While the old one answers nothing that was acknowledged is lost: it holds up changes
    /// until the new one has them all. Interrupted halfway, it is finished by being run again.
    /// </summary>
    /// <param name="name">The server's exact name; nothing for the selected one, else the only one.</param>
    /// <param name="to">The node that becomes master; nothing for the replica that has most.</param>
    /// <param name="isForced">Whether a replica may take the place of a master that does not answer. What only that one had is lost.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The server as it is then.</returns>
    /// <exception cref="DevOpsException">
    /// <c>FeatureFlagServerHasNoMaster</c>, <c>FeatureFlagServerNodeNotFound</c>, <c>FeatureFlagServerReplicaNotReady</c>,
    /// <c>FeatureFlagServerSwitchFailed</c>, and as <see cref="FlagServerConnector.OpenAsync(string?, FlagServerUser, CancellationToken)"/>.
    /// </exception>
    public async Task<FeatureFlagServer> RunAsync(string? name, string? to, bool isForced, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var chosen = store.Get(name);
        await using var alone = await StateLock.AcquireAsync(store.State, FlagServerInstaller.LockOf(chosen.Name), ct: ct);
        await using var connection = await connector.OpenAsync(store.Get(chosen.Name), FlagServerUser.Operator, ct);
        var target = TargetOf(connection, to, isForced);
        // Before it is written down that it is under way.
        if (connection.Master is { } present && present != target && (!target.Info.IsLinkUp || target.Info.History != present.Info.History)) throw NotReady(connection, present, target);
        progress.Report(new ProgressMessage(Activity, connection.Name, $"{target.Name} becomes the master"));
        var saved = connection.Server with { SwitchingTo = target.Name };
        store.Save(saved);
        if (connection.Master is not { } master) await PromoteAsync(connection, target, progress, ct);
        else if (master != target) await HandOverAsync(connection, master, target, saved, ct);
        await FlagServerRoles.KeepAsync(target, master: null, ct);
        store.Save(saved with { Master = target.Name, SwitchingTo = null });
        await target.AskAsync(ct);
        foreach (var node in connection.Nodes.Where(node => node != target))
        {
            progress.Report(new ProgressMessage(Activity, connection.Name, $"{node.Name} follows {target.Name}"));
            await FlagServerRoles.FollowAsync(node, target, FollowTimeout, ct);
        }

        foreach (var (node, _) in connection.Failed)
        {
            progress.Report(new WarningMessage($"{node.Name} does not answer. When it comes back, Install-FeatureFlagServer has it follow {target.Name}."));
        }

        await connection.RefreshAsync(ct);
        progress.Report(new ProgressMessage(Activity, connection.Name, "switched", IsCompleted: true));
        return await _status.ReadAsync(connection, ct);
    }

    private static FlagServerNodeConnection TargetOf(FlagServerConnection connection, string? to, bool isForced)
    {
        var master = isForced ? connection.Master : connection.RequireMaster();
        // One that was interrupted is finished, not turned around.
        var named = to ?? connection.Nodes.FirstOrDefault(node => node.Name == connection.Server.SwitchingTo)?.Name;
        if (named is not null)
        {
            return connection.Nodes.FirstOrDefault(node => node.Name == named) ?? throw new DevOpsException(
                "FeatureFlagServerNodeNotFound",
                FailureKind.NotFound,
                $"Feature flag server '{connection.Name}' has no node '{named}' that answers.",
                $"The nodes that answer are {string.Join(", ", connection.Nodes.Select(node => node.Name))}.",
                connection.Name);
        }

        return connection.Nodes
            .Where(node => node != master && node.Info.Role == FeatureFlagServerRole.Replica && (master is null || node.Info.IsLinkUp))
            .OrderByDescending(node => node.Info.Offset)
            .FirstOrDefault() ?? throw new DevOpsException(
                "FeatureFlagServerReplicaNotReady",
                FailureKind.Unavailable,
                $"No replica of feature flag server '{connection.Name}' follows its master, so none can take its place.",
                $"See what is wrong with Get-FeatureFlagServer {connection.Name}; Install-FeatureFlagServer starts what is stopped.",
                connection.Name);
    }

    private static async Task PromoteAsync(FlagServerConnection connection, FlagServerNodeConnection target, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        progress.Report(new WarningMessage($"No master of '{connection.Name}' answers. {target.Name} takes its place; a change that the old master had acknowledged without waiting for replicas may be lost."));
        await FlagServerRoles.PromoteAsync(target, ct);
    }

    private async Task HandOverAsync(FlagServerConnection connection, FlagServerNodeConnection master, FlagServerNodeConnection target, SavedFlagServer saved, CancellationToken ct)
    {
        // First on the old master's disk: should it die halfway, it does not come back as a second master.
        if (master.Host is not null) await FlagServerRoles.KeepAsync(master, target.Node, ct);
        try
        {
            await master.ExecuteAsync(["FAILOVER", "TO", target.Node.Address, $"{target.Node.Port}", "TIMEOUT", Timeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)], ct);
            await EndOfHandOverAsync(master, ct);
        }
        catch (DevOpsException exception) when (exception.Id == "FeatureFlagServerCommandRefused")
        {
            await StayAsync(exception);
        }

        if (master.Info.Role == FeatureFlagServerRole.Master) await StayAsync(inner: null);
        await target.AskAsync(ct);

        async Task StayAsync(Exception? inner)
        {
            if (master.Host is not null) await FlagServerRoles.KeepAsync(master, master: null, ct);
            store.Save(saved with { SwitchingTo = null });
            throw new DevOpsException(
                "FeatureFlagServerSwitchFailed",
                FailureKind.OperationFailed,
                $"'{master.Name}' is still the master of '{connection.Name}': "
                    + (inner is null ? string.Create(CultureInfo.InvariantCulture, $"{target.Name} had not all changes, or had not taken over, within {Timeout.TotalSeconds:0.###} s.") : inner.Message),
                "Nothing was lost. Try again with more time, -Timeout.",
                connection.Name,
                inner);
        }
    }

    // Redis' own limit is for the changes that the new master lacks. That it takes over comes after, and has no limit there.
    private async Task EndOfHandOverAsync(FlagServerNodeConnection master, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        // Redis tells nobody when it is over.
        while ((await master.AskAsync(ct)).IsFailingOver)
        {
            if (Stopwatch.GetElapsedTime(started) > Timeout + Grace)
            {
                await master.ExecuteAsync(["FAILOVER", "ABORT"], ct);
                await master.AskAsync(ct);
                return;
            }

            await Task.Delay(Pause, ct);
        }
    }

    private static DevOpsException NotReady(FlagServerConnection connection, FlagServerNodeConnection master, FlagServerNodeConnection target) => new(
        "FeatureFlagServerReplicaNotReady",
        FailureKind.Unavailable,
        $"Node '{target.Name}' of feature flag server '{connection.Name}' does not follow '{master.Name}', so it cannot take its place without a loss.",
        $"See what is wrong with Get-FeatureFlagServer {connection.Name}; Install-FeatureFlagServer puts it right.",
        connection.Name);
}
