using System.Diagnostics;
using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Flags.Servers;

/// <summary>Tries a server: writes a key and times it to every replica.</summary>
/// <param name="connector">Connects to the nodes.</param>
public sealed class FlagServerTest(FlagServerConnector connector)
{
    /// <summary>The key that is written.</summary>
    public const string Key = "ff:probe";

    // Nobody has to clean up after it.
    private const string LifetimeSeconds = "60";

    /// <summary>How long a replica is waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tries a server.</summary>
    /// <param name="name">The server's exact name; nothing for the selected one, else the only one.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>One result a node, by name.</returns>
    /// <exception cref="DevOpsException">As <see cref="FlagServerConnector.OpenAsync(string?, FlagServerUser, CancellationToken)"/>, and <c>FeatureFlagServerHasNoMaster</c>.</exception>
    public async Task<IReadOnlyList<FeatureFlagServerProbe>> RunAsync(string? name, CancellationToken ct)
    {
        await using var connection = await connector.OpenAsync(name, FlagServerUser.Operator, ct);
        var master = connection.RequireMaster();
        var value = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Timeout);
        var started = Stopwatch.GetTimestamp();
        var probes = await Task.WhenAll(connection.Nodes.Select(node => node == master
            ? TimeAsync(connection.Name, node, WriteAsync, ct)
            : TimeAsync(connection.Name, node, () => ReadAsync(node), ct)));
        return
        [
            .. probes.Concat(connection.Failed.Select(failed => new FeatureFlagServerProbe(connection.Name, failed.Node.Name, Role: null, IsSuccess: false, Elapsed: null, failed.Failure.Message)))
                .OrderBy(probe => probe.Node, StringComparer.Ordinal),
        ];

        async Task<TimeSpan> WriteAsync()
        {
            await master.ExecuteAsync(["SET", Key, value, "EX", LifetimeSeconds], limit.Token);
            return Stopwatch.GetElapsedTime(started);
        }

        async Task<TimeSpan> ReadAsync(FlagServerNodeConnection node)
        {
            // Asked again and again: a reader's account of an event would time the event as well.
            while ((string?)await node.ExecuteAsync(["GET", Key], limit.Token) != value) limit.Token.ThrowIfCancellationRequested();
            return Stopwatch.GetElapsedTime(started);
        }
    }

    private async Task<FeatureFlagServerProbe> TimeAsync(string server, FlagServerNodeConnection node, Func<Task<TimeSpan>> work, CancellationToken ct)
    {
        try
        {
            return new FeatureFlagServerProbe(server, node.Name, node.Role, IsSuccess: true, await work(), Cause: null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"the change had not arrived after {Timeout.TotalSeconds:0.###} s"));
        }
        catch (DevOpsException failure)
        {
            return Failed(failure.InnerException?.Message.Split(' ', 2)[0] switch
            {
                "NOREPLICAS" => "it takes no changes, since no replica follows it",
                "MISCONF" => "it cannot save its data on the disk, and takes no changes",
                _ => failure.Message,
            });
        }

        FeatureFlagServerProbe Failed(string cause) => new(server, node.Name, node.Role, IsSuccess: false, Elapsed: null, cause);
    }
}
