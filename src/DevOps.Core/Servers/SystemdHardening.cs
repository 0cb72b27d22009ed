namespace DevOps.Core.Servers;

/// <summary>What units of our servers are not allowed, since no web server needs it.</summary>
internal static class SystemdHardening
{
    /// <summary>What any manager can forbid.</summary>
    public const string Common = """
        NoNewPrivileges=yes
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
        RestrictNamespaces=yes
        RestrictRealtime=yes
        LockPersonality=yes
        SystemCallArchitectures=native
        """;

    /// <summary>What only the machine's own manager can forbid beside that. Code that is compiled at run time rules MemoryDenyWriteExecute out.</summary>
    public const string OfMachine = """
        PrivateDevices=yes
        ProtectControlGroups=yes
        ProtectKernelTunables=yes
        ProtectKernelModules=yes
        ProtectKernelLogs=yes
        ProtectClock=yes
        ProtectHostname=yes
        RestrictSUIDSGID=yes
        """;
}
