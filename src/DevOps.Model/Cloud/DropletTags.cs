namespace DevOps.Model;

/// <summary>The tags that carry the inventory. The API's tags are the truth; nothing about droplets is kept elsewhere.</summary>
public static class DropletTags
{
    /// <summary>Marks what this module made.</summary>
    public const string ManagedBy = "managed-by:devops";

    /// <summary>Marks what must not be removed before it is unprotected.</summary>
    public const string Protected = "protected:devops";

    /// <summary>Begins the tag that names a droplet's fleet.</summary>
    public const string FleetPrefix = "fleet:";

    /// <summary>Begins the tag that names the run which created a droplet, so that an ambiguous create can be found again.</summary>
    public const string RunPrefix = "run:";

    /// <summary>Begins the tag that pins a droplet's host key: the SHA-256 of the public key blob as 64 lower-case hexadecimal digits.</summary>
    public const string HostKeyPrefix = "hostkey:";
}
