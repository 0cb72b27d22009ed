using System.Globalization;

namespace DevOps.LocalCloud;

/// <summary>The command line cannot be understood.</summary>
/// <param name="message">Why.</param>
public sealed class UsageException(string message) : Exception(message);

/// <summary>What the local cloud is told on its command line.</summary>
/// <param name="Folder">Where it keeps its state.</param>
/// <param name="Port">The loopback port of the API.</param>
/// <param name="SocketFile">The administration socket.</param>
/// <param name="Instance">What it calls itself in its status.</param>
/// <param name="DropletLimit">How many droplets the account may have.</param>
/// <param name="RequestsPerMinute">How many requests a token may make in any minute.</param>
/// <param name="RequestsPerHour">How many requests a token may make in any hour.</param>
/// <param name="KeyListsPerMinute">How often a token may list the account's keys in any minute.</param>
public sealed record CloudSettings(
    string Folder,
    int Port,
    string SocketFile,
    string Instance = "local",
    int DropletLimit = 25,
    int RequestsPerMinute = 250,
    int RequestsPerHour = 5_000,
    int KeyListsPerMinute = 10)
{
    /// <summary>Reads the arguments <c>--name value</c>.</summary>
    /// <param name="arguments">The arguments after the command.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="UsageException">An argument is unknown, missing or not a number where one is needed.</exception>
    public static CloudSettings Parse(IReadOnlyList<string> arguments)
    {
        var settings = new CloudSettings(string.Empty, 0, string.Empty);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var value = index + 1 < arguments.Count ? arguments[index + 1] : throw new UsageException($"'{arguments[index]}' has no value.");
            settings = arguments[index] switch
            {
                "--folder" => settings with { Folder = Path.GetFullPath(value) },
                "--port" => settings with { Port = Number(arguments[index], value) },
                "--socket" => settings with { SocketFile = value },
                "--instance" => settings with { Instance = value },
                "--droplet-limit" => settings with { DropletLimit = Number(arguments[index], value) },
                "--requests-per-minute" => settings with { RequestsPerMinute = Number(arguments[index], value) },
                "--requests-per-hour" => settings with { RequestsPerHour = Number(arguments[index], value) },
                "--key-lists-per-minute" => settings with { KeyListsPerMinute = Number(arguments[index], value) },
                _ => throw new UsageException($"'{arguments[index]}' is not known."),
            };
        }

        return settings.Folder.Length > 0 ? settings : throw new UsageException("--folder is missing.");
    }

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"'{name}' needs a number, not '{value}'.");
}
