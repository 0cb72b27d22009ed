using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>Reads what the script <c>facts.sh</c> prints.</summary>
internal static class HostFactsReader
{
    /// <summary>Reads the facts.</summary>
    /// <param name="output">Lines of the form KEY=VALUE, in any order; unknown keys are passed over.</param>
    /// <returns>The facts.</returns>
    public static HostFacts Read(string output)
    {
        var facts = new HostFacts();
        var releases = new List<SealedFolder>();
        var listeners = new List<PortListener>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) continue;
            var value = line[(equals + 1)..];
            facts = line[..equals] switch
            {
                "LoadState" => facts with { IsUnitLoaded = value == "loaded" },
                "ActiveState" => facts with { ActiveState = value },
                "SubState" => facts with { SubState = value },
                "Result" => facts with { Result = value },
                "InvocationID" => facts with { InvocationId = value },
                "ExecMainStatus" => facts with { ExitStatus = Number(value) ?? 0 },
                "ExecMainStartTimestamp" => facts with { Since = Timestamp(value) },
                "Folder" => facts with { Folder = value },
                "Release" => facts with { Release = Seal(value) },
                "HttpStatus" => facts with { HttpStatus = Number(value) },
                "HttpError" => facts with { HttpError = Text(value) },
                "HttpBody" => facts with { HttpBody = Text(value) },
                "HttpContains" => facts with { HttpContains = value == "yes" },
                "Sealed" => Add(facts, releases, value.Split(' ') is [var folder, var artifact, var configuration] ? new SealedFolder(folder, artifact, configuration) : null),
                "Listener" => Add(facts, listeners, Listener(value)),
                _ => facts,
            };
        }

        var isRunning = facts.ActiveState is "active" or "reloading" or "deactivating";
        return facts with { Sealed = releases, Listeners = listeners, Since = isRunning ? facts.Since : null };
    }

    private static HostFacts Add<T>(HostFacts facts, List<T> list, T? item)
        where T : class
    {
        if (item is not null) list.Add(item);
        return facts;
    }

    private static PortListener? Listener(string value) =>
        value.Split(' ', 4) is [var process, var inside, var name, var folder] && Number(process) is { } id
            ? new PortListener(id, inside == "yes", name, folder)
            : null;

    private static ReleaseSeal? Seal(string value)
    {
        try
        {
            return ReleaseSeal.FromJson(Convert.FromBase64String(value));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // A release of somebody else's making: it has no rules to be judged by, which the judgement says.
            return null;
        }
    }

    private static string Text(string value)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(value)).Trim();
        }
        catch (FormatException)
        {
            return value;
        }
    }

    private static int? Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Timestamp(string value) =>
        value.StartsWith('@') && long.TryParse(value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
