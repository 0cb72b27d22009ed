namespace DevOps.Model;

/// <summary>
/// Something whose heartbeat is checked. What is checked is in the address: <c>http</c> and <c>https</c> ask for a page,
/// <c>tcp://HOST:PORT</c> makes a connection, <c>ssh://HOST[:PORT]</c> waits for the server's greeting,
/// <c>redis://HOST[:PORT]</c> asks a Redis server how it is, <c>systemd://DROPLET/UNIT</c> asks a droplet how a unit is, and
/// <c>push://NAME</c> waits to be called by a job.
/// </summary>
public sealed record HeartbeatTarget
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What is checked.</summary>
    public required Uri Uri { get; init; }

    /// <summary>What it belongs to, such as an application; nothing when it stands alone.</summary>
    public string? Group { get; set; }

    /// <summary>The environment of the application whose instance it is; nothing when it is none.</summary>
    public string? Environment { get; set; }

    /// <summary>The part that the instance plays; nothing when it is none.</summary>
    public ApplicationRole? Role { get; set; }

    /// <summary>HTTP: the status that is expected; any from 200 to 399 when nothing.</summary>
    public int? ExpectedStatus { get; set; }

    /// <summary>HTTP: text that the first 64 KB of the answer must hold; nothing when any will do.</summary>
    public string? ExpectedText { get; set; }

    /// <summary>HTTP: a header that the answer must have, as <c>Name</c> or <c>Name: value</c>; nothing when none is needed.</summary>
    public string? ExpectedHeader { get; set; }

    /// <summary>Redis: the user who logs in; the default user when nothing.</summary>
    public string? UserName { get; set; }

    /// <summary>Redis: the full path of the file whose first line is the password; nothing when none is needed. The password itself is nowhere in the target.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Redis: a master with fewer linked replicas is degraded; any number will do when nothing.</summary>
    public int? ExpectedReplicas { get; set; }

    /// <summary>systemd: the name of the saved connection to the account whose droplet it is; the selected one when nothing.</summary>
    public string? Connection { get; set; }

    /// <summary>push: how often the job calls.</summary>
    public TimeSpan? Period { get; set; }

    /// <summary>push: how much later than its period a call may come; a tenth of the period, and at least ten seconds, when nothing.</summary>
    public TimeSpan? Grace { get; set; }

    /// <summary>push: since when calls are waited for. It is set when the target is added.</summary>
    public DateTimeOffset? AddedAt { get; set; }

    /// <summary>A check that takes longer makes the target degraded; nothing when it may take as long as <see cref="Timeout"/>.</summary>
    public TimeSpan? DegradedAfter { get; set; }

    /// <summary>https: with fewer days until the certificate expires, the target is degraded.</summary>
    public int CertificateDays { get; set; } = 14;

    /// <summary>A check that takes longer has failed.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many checks in a row must fail, or find it slow, until the target is down, or degraded. They follow one another at once.</summary>
    public int Fall { get; set; } = 2;

    /// <summary>How many checks of a watch must succeed in a row until a target that was down is up.</summary>
    public int Rise { get; set; } = 1;

    /// <summary>Names the target.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
