using System.Globalization;
using System.Text;
using DevOps.Core.Environments;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>Writes the systemd unit that runs an application on its host.</summary>
internal static class UnitFile
{
    private const int FirstUnprivilegedPort = 1024;

    /// <summary>Writes the unit of an application.</summary>
    /// <param name="application">The application.</param>
    /// <param name="environment">The environment's name, for the description.</param>
    /// <returns>The unit file's text.</returns>
    /// <exception cref="DevOpsException"><c>ApplicationCommandInvalid</c>: the command cannot stand on one line.</exception>
    public static string Render(ApplicationDefinition application, string environment)
    {
        if (application.Command.Any(char.IsControl))
        {
            throw new DevOpsException(
                "ApplicationCommandInvalid",
                FailureKind.InvalidInput,
                $"The command of '{application.Name}' holds a line break or another control character, which a unit's ExecStart cannot.",
                "Put the command on one line, or into a script of the application, in the environment file.",
                application.Name);
        }

        var name = application.Name;
        var capabilities = application.Port < FirstUnprivilegedPort ? "CAP_NET_BIND_SERVICE" : string.Empty;
        // What is switched off here is what no web application needs. Compilers at run time (Java, Node) work:
        // MemoryDenyWriteExecute is left out for them. Where a container refuses namespaces, systemd runs it without.
        return new StringBuilder()
            .AppendLine("# DevOps application; each switch to another release writes this file anew.")
            .AppendLine("[Unit]")
            .AppendLine(CultureInfo.InvariantCulture, $"Description={name} ({environment})")
            .AppendLine("Wants=network-online.target")
            .AppendLine("After=network-online.target")
            .AppendLine("StartLimitIntervalSec=30")
            .AppendLine("StartLimitBurst=5")
            .AppendLine()
            .AppendLine("[Service]")
            .AppendLine("Type=exec")
            .AppendLine(CultureInfo.InvariantCulture, $"User={name}")
            .AppendLine(CultureInfo.InvariantCulture, $"Group={name}")
            .AppendLine(CultureInfo.InvariantCulture, $"WorkingDirectory={HostLayout.Current(name)}")
            .AppendLine(CultureInfo.InvariantCulture, $"EnvironmentFile={HostLayout.EnvironmentFile(name)}")
            .AppendLine(CultureInfo.InvariantCulture, $"ExecStart={Executable(application)}")
            .AppendLine("Restart=on-failure")
            .AppendLine("RestartSec=1")
            .AppendLine("KillMode=mixed")
            .AppendLine(CultureInfo.InvariantCulture, $"TimeoutStopSec={Math.Max(1, (long)Math.Ceiling(application.StopTimeout.TotalSeconds))}")
            .AppendLine(CultureInfo.InvariantCulture, $"SyslogIdentifier={name}")
            .AppendLine(CultureInfo.InvariantCulture, $"RuntimeDirectory={name}")
            .AppendLine(CultureInfo.InvariantCulture, $"StateDirectory={name}")
            .AppendLine(CultureInfo.InvariantCulture, $"CacheDirectory={name}")
            .AppendLine(CultureInfo.InvariantCulture, $"LogsDirectory={name}")
            .AppendLine("UMask=0027")
            .AppendLine("NoNewPrivileges=yes")
            .AppendLine(CultureInfo.InvariantCulture, $"CapabilityBoundingSet={capabilities}")
            .AppendLine(CultureInfo.InvariantCulture, $"AmbientCapabilities={capabilities}")
            .AppendLine("ProtectSystem=strict")
            .AppendLine(CultureInfo.InvariantCulture, $"ReadWritePaths={HostLayout.Shared(name)}")
            .AppendLine("ProtectHome=yes")
            .AppendLine("PrivateTmp=yes")
            .AppendLine("PrivateDevices=yes")
            .AppendLine("ProtectControlGroups=yes")
            .AppendLine("ProtectKernelTunables=yes")
            .AppendLine("ProtectKernelModules=yes")
            .AppendLine("ProtectKernelLogs=yes")
            .AppendLine("ProtectClock=yes")
            .AppendLine("ProtectProc=invisible")
            .AppendLine("RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK")
            .AppendLine("RestrictNamespaces=yes")
            .AppendLine("RestrictRealtime=yes")
            .AppendLine("RestrictSUIDSGID=yes")
            .AppendLine("LockPersonality=yes")
            .AppendLine("RemoveIPC=yes")
            .AppendLine("SystemCallArchitectures=native")
            .AppendLine()
            .AppendLine("[Install]")
            .AppendLine("WantedBy=multi-user.target")
            .ToString();
    }

    // systemd takes a bare name or an absolute path; a program of the release itself is written ./NAME.
    private static string Executable(ApplicationDefinition application)
    {
        var command = application.Command.Trim();
        return command.StartsWith("./", StringComparison.Ordinal)
            ? $"{HostLayout.Current(application.Name)}/{command[2..]}"
            : command;
    }
}
