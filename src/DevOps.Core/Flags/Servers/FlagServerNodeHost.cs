using System.Text;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>A node's droplet: what is done there over SSH.</summary>
/// <param name="session">The connection, which stays its owner's.</param>
internal sealed class FlagServerNodeHost(HostSession session)
{
    /// <summary>The droplet.</summary>
    public Droplet Droplet => session.Droplet;

    /// <summary>Installs the package, and starts nothing.</summary>
    /// <param name="server">The server's name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What was changed.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNodeTaken</c>, <c>FeatureFlagServerPackageMissing</c>, <c>HostScriptFailed</c>.</exception>
    public Task<IReadOnlyList<string>> PrepareAsync(string server, CancellationToken ct) => RunAsync("prepare.sh", [server], input: null, ct);

    /// <summary>Finds out whether the host has been a node, and the data of that time is there.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>Whether it holds data.</returns>
    public async Task<bool> HoldsDataAsync(CancellationToken ct) => (await RunScriptAsync("facts.sh", [], input: null, ct)).TrimEnd() == "held data";

    /// <summary>Puts the node's files in place, and has its server run with them.</summary>
    /// <param name="server">The server.</param>
    /// <param name="node">The node.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What was changed.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerDataGone</c>, <c>FeatureFlagServerNotStarted</c>, <c>HostScriptFailed</c>.</exception>
    public Task<IReadOnlyList<string>> ConfigureAsync(SavedFlagServer server, SavedFlagServerNode node, CancellationToken ct) =>
        RunAsync("configure.sh", [], HostFile.Input(FlagServerFiles.Of(server, node)), ct);

    /// <summary>Writes what the node is when it starts the next time.</summary>
    /// <param name="master">The node that it copies; nothing for the master itself.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What was changed.</returns>
    public Task<IReadOnlyList<string>> KeepRoleAsync(SavedFlagServerNode? master, CancellationToken ct) => RunAsync("role.sh", [], FlagServerFiles.Role(master), ct);

    /// <summary>Removes the server with all its data.</summary>
    /// <param name="server">The server's name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it is gone.</returns>
    public Task RemoveAsync(string server, CancellationToken ct) => RunScriptAsync("remove.sh", [server], input: null, ct);

    private async Task<IReadOnlyList<string>> RunAsync(string script, IReadOnlyList<string> arguments, string? input, CancellationToken ct) =>
        HostChanges.Read(await RunScriptAsync(script, arguments, input, ct));

    private async Task<string> RunScriptAsync(string script, IReadOnlyList<string> arguments, string? input, CancellationToken ct)
    {
        // Passwords go this way, never as an argument.
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(input ?? string.Empty), writable: false);
        var result = await session.RunAsync(FlagServerScript.Load(script), arguments, input is null ? null : content, ct: ct);
        return result.ExitCode == 0 ? result.Output : throw Explain(script, result);
    }

    private DevOpsException Explain(string script, HostCommandResult result) =>
        HostScriptFailure.Explain(result, Droplet, Path.GetFileNameWithoutExtension(script), "the feature flag server", "redis-server", Known);

    private DevOpsException Known(string id, string message)
    {
        var (kind, action) = id switch
        {
            "FeatureFlagServerNodeTaken" => (FailureKind.Conflict, "Choose another fleet, or remove what is there first."),
            "FeatureFlagServerPackageMissing" => (FailureKind.Unavailable, $"See that the droplet reaches its package sources: Invoke-DropletCommand -Fleet {Droplet.Fleet} -Command 'apt-get update'."),
            "FeatureFlagServerDataGone" => (FailureKind.OperationFailed, "No node has data any more. To begin anew, run Uninstall-FeatureFlagServer, then Install-FeatureFlagServer, and import the flags from a backup."),
            "FeatureFlagServerNotStarted" => (FailureKind.OperationFailed, $"Look at its log: Invoke-DropletCommand -Fleet {Droplet.Fleet} -Command 'tail -n 30 /var/log/redis/redis-server.log'."),
            "FeatureFlagServerNotRemoved" => (FailureKind.OperationFailed, $"See why: Invoke-DropletCommand -Fleet {Droplet.Fleet} -Command 'apt-get purge --yes redis-server'."),
            "HostNotRoot" => (FailureKind.PermissionDenied, "See with Invoke-DropletCommand -Command id who its root account is."),
            "HostToolMissing" => (FailureKind.NotFound, "Use an image of Debian or Ubuntu."),
            _ => (FailureKind.OperationFailed, $"Look at the host with Invoke-DropletCommand -Fleet {Droplet.Fleet} -Command 'systemctl status redis-server'."),
        };
        return new DevOpsException(id, kind, $"{Droplet.Name}: {message.TrimEnd()}", action, Droplet);
    }
}
