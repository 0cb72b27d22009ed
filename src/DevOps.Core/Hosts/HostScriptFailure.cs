using System.Globalization;
using DevOps.Model;

namespace DevOps.Core.Hosts;

/// <summary>Says why a script on a host failed: by the id that it gave (<c>fail</c> in <c>Hosts/Scripts/common.sh</c>), or by how it ended.</summary>
internal static class HostScriptFailure
{
    private const int ExitCode = 90;

    private const string Mark = "devops-failure:";

    /// <summary>Says it.</summary>
    /// <param name="result">How the script ended.</param>
    /// <param name="droplet">The host.</param>
    /// <param name="step">What the script does, in a word.</param>
    /// <param name="subject">What it does it to.</param>
    /// <param name="unit">The unit to look at.</param>
    /// <param name="known">Makes the failure of an id and a message that the script gave.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException Explain(HostCommandResult result, Droplet droplet, string step, string subject, string unit, Func<string, string, DevOpsException> known)
    {
        var lines = result.ErrorOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var told = lines.LastOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal));
        if (result.ExitCode == ExitCode && told?[Mark.Length..].Split(' ', 2) is [var id, var message]) return known(id, message);
        var ending = result.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "a signal";
        return new DevOpsException(
            "HostScriptFailed",
            FailureKind.OperationFailed,
            $"{droplet.Name}: the step '{step}' of {subject} ended with {ending}: {string.Join(' ', lines.TakeLast(3))}",
            $"Look at the host with Invoke-DropletCommand -Fleet {droplet.Fleet} -Command 'systemctl status {unit}'.",
            droplet);
    }
}
