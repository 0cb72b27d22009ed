using DevOps.Core.Hosts;

namespace DevOps.Core.Flags.Servers;

/// <summary>The files that make Debian's redis-server a node.</summary>
internal static class FlagServerFiles
{
    /// <summary>The port of every node.</summary>
    public const int Port = 6379;

    private const string RoleFile = "/etc/redis/role.conf";

    /// <summary>Writes a node's files, but for its role.</summary>
    /// <param name="server">The server.</param>
    /// <param name="node">The node.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<HostFile> Of(SavedFlagServer server, SavedFlagServerNode node) =>
    [
        new("/etc/redis/redis.conf", "0640", "redis", Configuration(server, node)),
        new("/etc/redis/users.acl", "0640", "redis", FlagServerAccounts.File(server.Passwords)),
        new("/usr/local/lib/devops/flag-server-guard", "0755", "root", FlagServerScript.Read("guard.sh")),
        new("/etc/systemd/system/redis-server.service.d/devops.conf", "0644", "root", Unit),
    ];

    /// <summary>Says in the words of Redis' configuration what part a node plays.</summary>
    /// <param name="master">The node that it copies; nothing for the master itself.</param>
    /// <returns>The text of the file with its role.</returns>
    public static string Role(SavedFlagServerNode? master) =>
        master is null ? "# master\n" : $"replicaof {master.Address} {master.Port}\n";

    // A plus: without the unit's sandbox, in which nothing but redis-server may be executed.
    private const string Unit = """
        [Unit]
        Wants=network-online.target
        After=network-online.target
        # It is tried again for as long as it takes: a disk that is full has room again at some time.
        StartLimitIntervalSec=0

        [Service]
        Restart=always
        RestartSec=2
        # Redis does not end while it writes its first file after it has copied all data ("Writing initial AOF, can't exit"), and
        # forgets that it was told to; Debian's unit would wait for it for ever. What was acknowledged is on the disk by then.
        TimeoutStopSec=20
        ExecStartPre=+/usr/local/lib/devops/flag-server-guard

        """;

    private static string Configuration(SavedFlagServer server, SavedFlagServerNode node) => $"""
        # DevOps feature flag server {server.Name}
        # Written by Install-FeatureFlagServer, which puts it right again: what is changed here is lost.
        bind {node.Address} 127.0.0.1
        port {node.Port}
        protected-mode yes
        daemonize no
        pidfile /run/redis/redis-server.pid
        logfile /var/log/redis/redis-server.log
        dir /var/lib/redis
        aclfile /etc/redis/users.acl
        masteruser {FlagServerAccounts.NameOf(FlagServerUser.Replication)}
        masterauth {server.Passwords[FlagServerUser.Replication]}
        replica-announce-ip {node.Address}
        replica-announce-port {node.Port}
        # Each change is on the disk before it is acknowledged. With everysec a master that loses power would come back
        # without its last second, and its replicas, which had acknowledged that second (WAIT), would copy the older data.
        # Flags change rarely; what it costs, nobody notices.
        appendonly yes
        appendfsync always
        no-appendfsync-on-rewrite no
        aof-load-truncated yes
        save ""
        # A master that is cut off from its replicas takes no changes that nobody else would have.
        min-replicas-to-write 1
        min-replicas-max-lag 10
        replica-read-only yes
        # Reads never fail: what is known last is better than nothing.
        replica-serve-stale-data yes
        repl-diskless-sync yes
        repl-diskless-sync-delay 0
        repl-backlog-size 16mb
        repl-ping-replica-period 5
        repl-timeout 20
        maxmemory-policy noeviction
        # Plain keys that somebody sets are told: that changes the flag of that name.
        notify-keyspace-events E$
        include {RoleFile}

        """;
}
