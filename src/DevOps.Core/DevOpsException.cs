namespace DevOps.Core;

/// <summary>What kind of failure it is; the cmdlets turn it into PowerShell's error category.</summary>
public enum FailureKind
{
    /// <summary>Something that was given cannot be right.</summary>
    InvalidInput,

    /// <summary>Something that was named does not exist.</summary>
    NotFound,

    /// <summary>Something is already there, or somebody else holds it.</summary>
    Conflict,

    /// <summary>The credentials are missing, wrong or not enough.</summary>
    Unauthorized,

    /// <summary>The operating system refuses.</summary>
    PermissionDenied,

    /// <summary>A limit of the account, the machine or the protocol is reached.</summary>
    LimitExceeded,

    /// <summary>Somebody who is needed does not answer.</summary>
    Unavailable,

    /// <summary>It took longer than it may.</summary>
    Timeout,

    /// <summary>It was tried and failed.</summary>
    OperationFailed,

    /// <summary>A security check failed, such as an unexpected host key.</summary>
    SecurityError,

    /// <summary>This platform cannot do it.</summary>
    NotSupported,
}

/// <summary>
/// A failure that a person can act on. Every failure that leaves DevOps.Core on purpose is one of these.
/// </summary>
public sealed class DevOpsException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="id">The public error id in PascalCase, listed in docs/errors.md.</param>
    /// <param name="kind">What kind of failure it is.</param>
    /// <param name="message">What was wrong, with which object.</param>
    /// <param name="recommendedAction">What to do about it: best a command to run.</param>
    /// <param name="target">The object that it is about.</param>
    /// <param name="inner">What caused it.</param>
    public DevOpsException(
        string id,
        FailureKind kind,
        string message,
        string? recommendedAction = null,
        object? target = null,
        Exception? inner = null)
        : base(message, inner)
    {
        Id = id;
        Kind = kind;
        RecommendedAction = recommendedAction;
        Target = target;
    }

    /// <summary>The public error id.</summary>
    public string Id { get; }

    /// <summary>What kind of failure it is.</summary>
    public FailureKind Kind { get; }

    /// <summary>What to do about it.</summary>
    public string? RecommendedAction { get; }

    /// <summary>The object that it is about.</summary>
    public object? Target { get; }
}
