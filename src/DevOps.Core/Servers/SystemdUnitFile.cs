using System.Globalization;
using System.Text;

namespace DevOps.Core.Servers;

/// <summary>Writes the unit file of a server of ours.</summary>
internal static class SystemdUnitFile
{
    private const string RuntimeFolderName = "devops";

    private static readonly string[] TemporaryFolders = ["/tmp", "/var/tmp"];

    /// <summary>Writes a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="scope">Whose unit it is.</param>
    /// <returns>The unit file's text.</returns>
    /// <exception cref="DevOpsException"><c>UnitTextInvalid</c>.</exception>
    public static string Render(SystemdUnit unit, SystemdScope scope)
    {
        var text = new StringBuilder()
            .AppendLine(OwnedFiles.OwnerLine(unit.StateFolder))
            .AppendLine("# Written by the module DevOps whenever the server is started or changed: what is changed here by hand is lost.")
            .AppendLine("[Unit]")
            .AppendLine(CultureInfo.InvariantCulture, $"Description={SystemdQuote.Line(unit.Description)}");
        if (scope == SystemdScope.System) text.AppendLine("Wants=network-online.target").AppendLine("After=network-online.target");
        // It is tried again for as long as it takes: what it needs may be missing for a while after the machine has started.
        text.AppendLine("StartLimitIntervalSec=0")
            .AppendLine()
            .AppendLine("[Service]")
            // The server says itself that it is ready, and which of its processes is the main one: it changes when a successor takes over.
            .AppendLine("Type=notify")
            .AppendLine("NotifyAccess=all")
            .AppendLine(CultureInfo.InvariantCulture, $"ExecStart={Command(unit)}")
            .AppendLine("ExecReload=/bin/kill -HUP $MAINPID")
            .AppendLine("Restart=always")
            .AppendLine("RestartSec=1")
            // Each of its processes is told to end: one that has handed over may still be answering, and 'mixed' would kill it.
            .AppendLine("KillMode=control-group")
            .AppendLine(CultureInfo.InvariantCulture, $"TimeoutStartSec={Seconds(unit.StartTimeout)}")
            .AppendLine(CultureInfo.InvariantCulture, $"TimeoutStopSec={Seconds(unit.StopTimeout)}")
            .AppendLine("WorkingDirectory=/")
            .AppendLine("UMask=0077")
            .AppendLine(CultureInfo.InvariantCulture, $"StandardOutput=append:{SystemdQuote.Line(unit.LogFile)}")
            .AppendLine("StandardError=inherit");
        foreach (var (name, value) in unit.Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Environment={SystemdQuote.Word($"{name}={value}")}");
        }

        AppendRuntimeFolder(text, unit);
        AppendHardening(text, unit, scope);
        return text.AppendLine()
            .AppendLine("[Install]")
            .AppendLine(CultureInfo.InvariantCulture, $"WantedBy={(scope == SystemdScope.System ? "multi-user.target" : "default.target")}")
            .ToString();
    }

    private static string Command(SystemdUnit unit) =>
        string.Join(' ', [SystemdQuote.Program(unit.Program), .. unit.Arguments.Select(SystemdQuote.Argument)]);

    // /run is empty after the machine has started. What is below it is made for the first server and kept for the others.
    private static void AppendRuntimeFolder(StringBuilder text, SystemdUnit unit)
    {
        if (IsBelow(unit.SocketFile, unit.StateFolder)) return;
        text.AppendLine(CultureInfo.InvariantCulture, $"RuntimeDirectory={RuntimeFolderName}")
            .AppendLine("RuntimeDirectoryMode=0700")
            .AppendLine("RuntimeDirectoryPreserve=yes");
    }

    private static void AppendHardening(StringBuilder text, SystemdUnit unit, SystemdScope scope)
    {
        text.AppendLine(SystemdHardening.Common);
        // A user's manager may not make file system views and gives no capabilities.
        if (scope == SystemdScope.User) return;
        // Root without these capabilities is an owner of files like any other, so reading must be allowed for a module or a
        // certificate below somebody else's home.
        text.AppendLine(CultureInfo.InvariantCulture, $"CapabilityBoundingSet=CAP_DAC_READ_SEARCH{(unit.OpensPrivilegedPort ? " CAP_NET_BIND_SERVICE" : string.Empty)}")
            .AppendLine("ProtectSystem=strict")
            .AppendLine("ProtectHome=read-only")
            .AppendLine(CultureInfo.InvariantCulture, $"ReadWritePaths={string.Join(' ', ((string[])[unit.StateFolder, .. unit.Writes]).Distinct(StringComparer.Ordinal).Select(SystemdQuote.Word))}");
        // A private /tmp would hide what stands in the real one.
        if (!Needs(unit).Any(path => TemporaryFolders.Any(folder => IsBelow(path, folder)))) text.AppendLine("PrivateTmp=yes");
        text.AppendLine(SystemdHardening.OfMachine);
    }

    private static IEnumerable<string> Needs(SystemdUnit unit) =>
        [unit.Program, unit.StateFolder, unit.LogFile, .. unit.Arguments.Where(argument => argument.StartsWith('/')), .. unit.Reads, .. unit.Writes];

    private static bool IsBelow(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static long Seconds(TimeSpan duration) => Math.Max(1, (long)Math.Ceiling(duration.TotalSeconds));
}
