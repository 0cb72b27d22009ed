using System.Text.Json.Serialization;

namespace DevOps.Core.Servers;

/// <summary>The states that a server passes through.</summary>
public static class ServerState
{
    /// <summary>It prepares itself; <see cref="ServerStatus.Activity"/> says what it does.</summary>
    public const string Starting = "Starting";

    /// <summary>It does its work.</summary>
    public const string Running = "Running";

    /// <summary>It cannot work; <see cref="ServerStatus.Failure"/> says why. It ends as soon as somebody has asked it to stop.</summary>
    public const string Failed = "Failed";

    /// <summary>It finishes what it must and then ends.</summary>
    public const string Stopping = "Stopping";
}

/// <summary>What a server answers to <c>GET /status</c> on its administration socket.</summary>
/// <param name="Role">What it does, such as <c>localcloud</c> or <c>worker</c>.</param>
/// <param name="Instance">Which of its role it is.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="State">One of <see cref="ServerState"/>.</param>
/// <param name="StartedAt">When the process began.</param>
/// <param name="Activity">What it is preparing, while it starts.</param>
/// <param name="Percent">How far that is, 0 to 100, when it can be known.</param>
/// <param name="Endpoint">The address that it serves, once it does.</param>
/// <param name="Failure">Why it failed.</param>
public sealed record ServerStatus(
    string Role,
    string Instance,
    int ProcessId,
    string State,
    DateTimeOffset StartedAt,
    string? Activity = null,
    int? Percent = null,
    Uri? Endpoint = null,
    ServerFailure? Failure = null);

/// <summary>A failure as it crosses from a server to whoever started it.</summary>
/// <param name="Id">The public error id.</param>
/// <param name="Kind">The name of its kind.</param>
/// <param name="Message">What was wrong, with which object.</param>
/// <param name="RecommendedAction">What to do about it.</param>
public sealed record ServerFailure(string Id, string Kind, string Message, string? RecommendedAction = null);

/// <summary>How the messages of the administration socket that every server understands are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerStatus))]
[JsonSerializable(typeof(ServerFailure))]
public sealed partial class ServerJson : JsonSerializerContext;
