using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>How the service is, as <c>GET /health</c> tells everybody: nothing of it is a secret.</summary>
/// <param name="Server">The flag server.</param>
/// <param name="Node">The node that it runs beside.</param>
/// <param name="State">How it is.</param>
/// <param name="Version">The version of its flags.</param>
/// <param name="Flags">How many flags it has.</param>
/// <param name="ConfirmedAt">When the server last said that they are the newest; nothing when it never did.</param>
/// <param name="Age">How long that is ago, in seconds.</param>
/// <param name="StartedAt">When the process began.</param>
/// <param name="Problem">What is wrong; nothing when all is well.</param>
public sealed record FlagServiceHealth(
    string Server,
    string Node,
    FeatureFlagServiceState State,
    long Version,
    int Flags,
    DateTimeOffset? ConfirmedAt,
    double? Age,
    DateTimeOffset StartedAt,
    string? Problem);
