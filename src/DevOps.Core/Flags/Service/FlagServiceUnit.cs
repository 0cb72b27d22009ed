using System.Text;
using DevOps.Core.Servers;

namespace DevOps.Core.Flags.Service;

/// <summary>The service as systemd runs it on a node: an account of its own, which may do nothing but answer.</summary>
internal static class FlagServiceUnit
{
    /// <summary>The unit's name.</summary>
    public const string Name = "devops-flags.service";

    /// <summary>The account, and its group.</summary>
    public const string Account = "devops-flags";

    /// <summary>Where the programs are.</summary>
    public const string ProgramFolder = "/opt/devops-flags";

    /// <summary>The file with its settings.</summary>
    public const string SettingsFile = "/etc/devops-flags/service.json";

    /// <summary>The file of the last known flags.</summary>
    public const string SnapshotFile = "/var/lib/devops-flags/flags.json";

    /// <summary>Writes the unit.</summary>
    /// <param name="server">The flag server.</param>
    /// <param name="program">The program's id.</param>
    /// <param name="dotnet">The .NET host that runs it.</param>
    /// <returns>The unit file's text.</returns>
    public static string Render(string server, string program, string dotnet)
    {
        var variables = new StringBuilder();
        foreach (var (name, value) in FlagServiceVariables.All.OrderBy(variable => variable.Key, StringComparer.Ordinal)) variables.Append("Environment=").Append(name).Append('=').Append(value).Append('\n');
        return $"""
            # DevOps feature flag service of {server}
            # Written by Start-FeatureFlagService, which puts it right again: what is changed here is lost.
            [Unit]
            Description=Feature flag service of {server}
            Wants=network-online.target
            After=network-online.target redis-server.service
            StartLimitIntervalSec=0

            [Service]
            Type=notify
            User={Account}
            Group={Account}
            ExecStart={dotnet} {ProgramFolder}/{program}/server/DevOps.Server.dll {FlagServiceNames.Role} --settings {SettingsFile}
            {variables.ToString().TrimEnd()}
            Restart=always
            RestartSec=1
            TimeoutStartSec=60
            TimeoutStopSec=15
            WorkingDirectory=/
            UMask=0077
            StateDirectory={Account}
            StateDirectoryMode=0700
            CapabilityBoundingSet=
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            {SystemdHardening.Common}
            {SystemdHardening.OfMachine}

            [Install]
            WantedBy=multi-user.target

            """;
    }
}
