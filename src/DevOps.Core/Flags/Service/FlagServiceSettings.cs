using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using DevOps.Core.Flags.Client;

namespace DevOps.Core.Flags.Service;

/// <summary>
/// What a process of the service is told: where its flags come from, where it answers, and whom. The file that holds it also
/// holds the reader's password, and belongs to the account that the process runs as.
/// </summary>
public sealed record FlagServiceSettings
{
    /// <summary>The flag server's name.</summary>
    public required string Server { get; init; }

    /// <summary>The node that it runs beside; the server's name again when it runs on the machine of whoever started it.</summary>
    public required string Node { get; init; }

    /// <summary>The IP addresses at which it answers.</summary>
    public required IReadOnlyList<string> ListenAddresses { get; init; }

    /// <summary>The port at which it answers.</summary>
    public required int Port { get; init; }

    /// <summary>The Redis that it reads.</summary>
    public required FlagSourceAddress Source { get; init; }

    /// <summary>The file of the last known flags.</summary>
    public required string SnapshotFile { get; init; }

    /// <summary>Whom it answers. Without tokens it answers everybody who reaches it, which are those on its own machine.</summary>
    public IReadOnlyList<FlagServiceToken> Tokens { get; set; } = [];

    /// <summary>The origins whose pages may ask, such as <c>https://shop.example</c>; none but its own when empty.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Whether only its own machine reaches it.</summary>
    [JsonIgnore]
    public bool IsLocal => ListenAddresses.All(address => IPAddress.IsLoopback(IPAddress.Parse(address)));

    /// <summary>Reads settings.</summary>
    /// <param name="file">Their file.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServiceSettingsInvalid</c>.</exception>
    public static FlagServiceSettings Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), FlagServiceJson.Default.FlagServiceSettings) ?? throw new JsonException("The file is empty.");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException(
                "FeatureFlagServiceSettingsInvalid",
                FailureKind.OperationFailed,
                $"The settings of the feature flag service in '{file}' cannot be read: {exception.Message}",
                "Start-FeatureFlagService writes them anew.",
                file,
                exception);
        }
    }

    /// <summary>Whether others are the same but for whom they have it answer, which can change while it runs.</summary>
    /// <param name="other">The others.</param>
    /// <returns>Whether they are.</returns>
    internal bool IsSameBut(FlagServiceSettings other) => Fixed().AsSpan().SequenceEqual(other.Fixed());

    /// <summary>Writes them as JSON.</summary>
    /// <returns>The file's content.</returns>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, FlagServiceJson.Default.FlagServiceSettings);

    private byte[] Fixed() => (this with { Tokens = [], AllowedOrigins = [] }).ToJson();
}
