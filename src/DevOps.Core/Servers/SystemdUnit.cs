namespace DevOps.Core.Servers;

/// <summary>A server of ours as systemd runs it.</summary>
public sealed record SystemdUnit
{
    /// <summary>The unit's name with its type, such as <c>devops-balancer-checkbox.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Description { get; init; }

    /// <summary>The installation's state folder, which the unit belongs to: another installation does not touch it.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The program's full path.</summary>
    public required string Program { get; init; }

    /// <summary>The program's arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Environment variables. Anybody on the machine can read them: no secrets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where its output goes, appended.</summary>
    public required string LogFile { get; init; }

    /// <summary>The administration socket that it opens.</summary>
    public required string SocketFile { get; init; }

    /// <summary>Files and folders outside the state folder that it reads, such as a certificate: nothing may hide them from it.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Folders outside the state folder that it writes to.</summary>
    public IReadOnlyList<string> Writes { get; init; } = [];

    /// <summary>Whether it opens a port that only root may open.</summary>
    public bool OpensPrivilegedPort { get; init; }

    /// <summary>How long it may take until it says that it is ready.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long it may take to finish what it is doing before it is killed.</summary>
    public required TimeSpan StopTimeout { get; init; }
}

/// <summary>Which of systemd's managers runs a unit.</summary>
public enum SystemdScope
{
    /// <summary>The machine's own, which root commands.</summary>
    System,

    /// <summary>That of the account that runs the session.</summary>
    User,
}
