namespace DevOps.Core.Deployments.Hosts;

/// <summary>What was found out about an application on its host, all at one moment.</summary>
public sealed record HostFacts
{
    /// <summary>Whether the host has the application's unit.</summary>
    public bool IsUnitLoaded { get; init; }

    /// <summary>The unit's state in systemd's words, such as <c>active</c> or <c>failed</c>.</summary>
    public string ActiveState { get; init; } = string.Empty;

    /// <summary>The unit's finer state in systemd's words, such as <c>running</c> or <c>auto-restart</c>.</summary>
    public string SubState { get; init; } = string.Empty;

    /// <summary>How the unit's last run ended in systemd's words, such as <c>success</c> or <c>exit-code</c>.</summary>
    public string Result { get; init; } = string.Empty;

    /// <summary>The exit status of the unit's main process, when it has ended.</summary>
    public int ExitStatus { get; init; }

    /// <summary>Names one run of the unit: each start gets a new one.</summary>
    public string InvocationId { get; init; } = string.Empty;

    /// <summary>When the running main process was started; nothing when none runs.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The folder of the release that <c>current</c> leads to; nothing before the first deployment.</summary>
    public string? Folder { get; init; }

    /// <summary>What that release says about itself.</summary>
    public ReleaseSeal? Release { get; init; }

    /// <summary>The sealed releases that the host holds.</summary>
    public IReadOnlyList<SealedFolder> Sealed { get; init; } = [];

    /// <summary>The processes that listen on the release's port.</summary>
    public IReadOnlyList<PortListener> Listeners { get; init; } = [];

    /// <summary>The HTTP status of the answer, when one came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Why no answer came.</summary>
    public string? HttpError { get; init; }

    /// <summary>The beginning of the answer's body.</summary>
    public string HttpBody { get; init; } = string.Empty;

    /// <summary>Whether the body holds what is expected.</summary>
    public bool HttpContains { get; init; }
}

/// <summary>A sealed release on a host.</summary>
/// <param name="Folder">Its folder's name.</param>
/// <param name="ArtifactDigest">SHA-256 of its artifact.</param>
/// <param name="ConfigurationDigest">SHA-256 of its rendered configuration.</param>
public sealed record SealedFolder(string Folder, string ArtifactDigest, string ConfigurationDigest);

/// <summary>A process that listens on an application's port.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="IsOfUnit">Whether it is in the unit's control group.</param>
/// <param name="Name">The process's name.</param>
/// <param name="WorkingDirectory">Its working directory, resolved.</param>
public sealed record PortListener(int ProcessId, bool IsOfUnit, string Name, string WorkingDirectory);
