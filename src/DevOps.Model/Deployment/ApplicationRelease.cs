namespace DevOps.Model;

/// <summary>An application at a commit, built and sealed on the control host.</summary>
/// <param name="Id">Names it on the control host and on every host: twelve digits of the commit, and what else made it unique.</param>
/// <param name="Application">The application's name.</param>
/// <param name="Environment">The environment whose definition it froze.</param>
/// <param name="Commit">The full commit id.</param>
/// <param name="Digest">SHA-256 of the artifact, as lower-case hexadecimal digits.</param>
/// <param name="Size">The artifact's size in bytes.</param>
/// <param name="CreatedAt">When it was built.</param>
/// <param name="CreatedBy">Who had it built.</param>
public sealed record ApplicationRelease(
    string Id,
    string Application,
    string Environment,
    string Commit,
    string Digest,
    long Size,
    DateTimeOffset CreatedAt,
    string CreatedBy);
