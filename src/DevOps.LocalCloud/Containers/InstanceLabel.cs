using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DevOps.LocalCloud.Containers;

/// <summary>
/// What marks the containers and networks of one local cloud among all that are on the machine: a hash of its state
/// folder. Two clouds with two folders never meet.
/// </summary>
/// <param name="folder">The state folder's full path.</param>
internal sealed class InstanceLabel(string folder)
{
    /// <summary>The label with the cloud's hash.</summary>
    public const string InstanceKey = "localcloud.instance";

    /// <summary>The label with the droplet's id.</summary>
    public const string DropletKey = "localcloud.droplet";

    /// <summary>The hash.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];

    /// <summary>The label, as <c>key=value</c>.</summary>
    public string Label => $"{InstanceKey}={Hash}";

    /// <summary>The name of the network to the control host and the internet.</summary>
    public string PublicNetwork => $"localcloud-{Hash}-public";

    /// <summary>The name of the network between droplets.</summary>
    public string PrivateNetwork => $"localcloud-{Hash}-private";

    /// <summary>The name of a droplet's container.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <returns>The name.</returns>
    public string ContainerName(long dropletId) => string.Create(CultureInfo.InvariantCulture, $"localcloud-{Hash}-{dropletId}");
}
