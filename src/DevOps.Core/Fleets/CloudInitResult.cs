using System.Text.Json;
using System.Text.RegularExpressions;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>How a droplet's first start went.</summary>
/// <param name="Errors">What cloud-init calls errors; none when all went well.</param>
/// <param name="Log">The end of what its programs said.</param>
internal sealed partial record CloudInitResult(IReadOnlyList<string> Errors, IReadOnlyList<string> Log)
{
    private const string Separator = "\n---\n";
    private const int ToldLines = 5;

    /// <summary>Reads what the script <c>wait-cloud-init.sh</c> printed.</summary>
    /// <param name="result">How the script ended.</param>
    /// <returns>How the first start went.</returns>
    public static CloudInitResult Read(HostCommandResult result)
    {
        var end = result.Output.IndexOf(Separator, StringComparison.Ordinal);
        if (result.ExitCode != 0 || end < 0) return new CloudInitResult([$"it left no result ({result.ErrorOutput.Trim()})"], []);
        var log = result.Output[(end + Separator.Length)..].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            using var document = JsonDocument.Parse(result.Output[..end]);
            return new CloudInitResult([.. document.RootElement.GetProperty("v1").GetProperty("errors").EnumerateArray().Select(error => error.ToString())], log);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new CloudInitResult([$"its result cannot be read ({exception.Message})"], log);
        }
    }

    /// <summary>The failure that it means.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <returns>The failure; nothing when all went well.</returns>
    public DevOpsException? Failure(Droplet droplet)
    {
        if (Errors.Count == 0) return null;
        // cloud-init writes ('module', Error("...")): the module says where, its programs' own lines say what.
        var where = string.Join(", ", Errors.Select(error => ModulePattern().Match(error) is { Success: true } match ? match.Groups["module"].Value : error));
        string[] apt = [.. Log.Where(line => line.StartsWith("E: ", StringComparison.Ordinal))];
        var what = string.Join(" | ", (apt.Length > 0 ? apt : Log).TakeLast(ToldLines));
        return new DevOpsException(
            "CloudInitFailed",
            FailureKind.OperationFailed,
            $"The first start of droplet '{droplet.Name}' failed in cloud-init: {where}{(what.Length > 0 ? $": {what}" : string.Empty)}.",
            $"It exists and costs money. Mend the packages or the user data, remove it with Remove-Droplet {droplet.Name}, and run New-DropletFleet again.",
            droplet,
            new InvalidOperationException(string.Join('\n', [.. Errors, .. Log])));
    }

    [GeneratedRegex(@"^\('(?<module>[^']+)',", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModulePattern();
}
