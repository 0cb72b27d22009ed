using System.Text.Json.Serialization;
using DevOps.Core.Deployments.Hosts;

namespace DevOps.Core.Deployments.Instances;

/// <summary>What an instance's <c>current</c> leads to, as whoever switched it last wrote it down.</summary>
/// <param name="Application">The application.</param>
/// <param name="Instance">The droplet's name.</param>
/// <param name="DropletId">The droplet's id: a droplet that was made anew under the same name holds nothing yet.</param>
/// <param name="Release">What the release says about itself.</param>
public sealed record InstanceRecord(string Application, string Instance, long DropletId, ReleaseSeal Release);

/// <summary>How records are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstanceRecord))]
internal sealed partial class InstanceRecordJson : JsonSerializerContext;
