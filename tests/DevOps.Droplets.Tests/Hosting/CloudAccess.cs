using System.Text.Json.Serialization;

namespace DevOps.Droplets.Tests.Hosting;

/// <summary>How to reach the cloud's API, as its administration socket tells.</summary>
/// <param name="ApiUri">The API's address.</param>
/// <param name="Token">The account's token.</param>
internal sealed record CloudAccess(Uri ApiUri, string Token);

/// <summary>How it is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CloudAccess))]
internal sealed partial class CloudAccessJson : JsonSerializerContext;
