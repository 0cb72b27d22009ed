using System.Globalization;
using System.Text;

namespace DevOps.Core.Servers;

/// <summary>Writes the two unit files of a timer, and reads what is needed of them.</summary>
internal static class SystemdTimerFile
{
    private const string IntervalKey = "OnUnitActiveSec=";
    private const string CommandKey = "ExecStart=";
    private const string Milliseconds = "ms";

    /// <summary>Writes the unit of a run.</summary>
    /// <param name="timer">The timer.</param>
    /// <returns>The file's text.</returns>
    /// <exception cref="DevOpsException"><c>UnitTextInvalid</c>.</exception>
    public static string RenderService(SystemdTimer timer)
    {
        var text = Head(timer)
            .AppendLine("[Service]")
            .AppendLine("Type=oneshot")
            .AppendLine(CultureInfo.InvariantCulture, $"{CommandKey}{string.Join(' ', [SystemdQuote.Program(timer.Command[0]), .. timer.Command.Skip(1).Select(SystemdQuote.Argument)])}")
            .AppendLine(CultureInfo.InvariantCulture, $"TimeoutStartSec={Math.Ceiling(timer.Timeout.TotalSeconds):0}")
            .AppendLine("WorkingDirectory=/")
            .AppendLine("UMask=0077");
        if (timer.GoodExitCodes.Count > 0) text.AppendLine(CultureInfo.InvariantCulture, $"SuccessExitStatus={string.Join(' ', timer.GoodExitCodes)}");
        foreach (var (name, value) in timer.Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Environment={SystemdQuote.Word($"{name}={value}")}");
        }

        // Nothing is hidden or forbidden: it may start commands of the operator's, such as one that sends mail.
        return text.ToString();
    }

    /// <summary>Writes the unit that begins runs.</summary>
    /// <param name="timer">The timer.</param>
    /// <returns>The file's text.</returns>
    /// <exception cref="DevOpsException"><c>UnitTextInvalid</c>.</exception>
    public static string RenderTimer(SystemdTimer timer) => Head(timer)
        .AppendLine("[Timer]")
        .AppendLine("OnActiveSec=1s")
        .AppendLine(CultureInfo.InvariantCulture, $"{IntervalKey}{timer.Interval.TotalMilliseconds:0}{Milliseconds}")
        // systemd's own is a minute.
        .AppendLine("AccuracySec=1s")
        .AppendLine()
        .AppendLine("[Install]")
        .AppendLine("WantedBy=timers.target")
        .ToString();

    /// <summary>Reads how often a timer begins a run.</summary>
    /// <param name="text">The timer's unit file.</param>
    /// <returns>The time from run to run.</returns>
    public static TimeSpan ReadInterval(string text)
    {
        var interval = Value(text, IntervalKey);
        return interval.EndsWith(Milliseconds, StringComparison.Ordinal) && double.TryParse(interval[..^Milliseconds.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;
    }

    /// <summary>Reads what a run is.</summary>
    /// <param name="text">The run's unit file.</param>
    /// <returns>Its command line, as systemd reads it.</returns>
    public static string ReadCommand(string text) => Value(text, CommandKey);

    private static StringBuilder Head(SystemdTimer timer) => new StringBuilder()
        .AppendLine(OwnedFiles.OwnerLine(timer.StateFolder))
        .AppendLine("# Written by the module DevOps: what is changed here by hand is lost.")
        .AppendLine("[Unit]")
        .AppendLine(CultureInfo.InvariantCulture, $"Description={SystemdQuote.Line(timer.Description)}")
        .AppendLine();

    private static string Value(string text, string key) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].TrimEnd() ?? string.Empty;
}
