using System.Text.Json.Serialization;

namespace DevOps.Core.LocalClouds;

/// <summary>How to reach the API, as the local cloud answers to <c>GET /access</c> on its administration socket.</summary>
/// <param name="ApiUri">The API's base address.</param>
/// <param name="Token">The account's token.</param>
/// <param name="Email">The account's address.</param>
/// <param name="DropletLimit">How many droplets the account may have.</param>
/// <param name="Droplets">How many it has.</param>
internal sealed record LocalCloudAccess(Uri ApiUri, string Token, string Email, int DropletLimit, int Droplets)
{
    /// <summary>Names the address, without the token.</summary>
    /// <returns>The API's base address.</returns>
    public override string ToString() => ApiUri.ToString();
}

/// <summary>How it is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LocalCloudAccess))]
internal sealed partial class LocalCloudJson : JsonSerializerContext;
