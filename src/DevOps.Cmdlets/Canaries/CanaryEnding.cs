using DevOps.Core;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Canaries;

/// <summary>What is said about a canary release that nobody follows any more, beside the object.</summary>
internal static class CanaryEnding
{
    /// <summary>Says what has become of it: an error when it went back or failed, a warning when it waits for a decision.</summary>
    /// <param name="release">The release.</param>
    /// <param name="wanted">The state that was asked for, which is no reason to complain.</param>
    /// <returns>What to write.</returns>
    public static OperationMessage Of(CanaryRelease release, CanaryReleaseState wanted) => release.State switch
    {
        _ when release.State == wanted => new InformationMessage(Sentence(release)),
        CanaryReleaseState.Completed => new InformationMessage(Sentence(release)),
        CanaryReleaseState.Suspended => new WarningMessage(
            $"The canary release {release.Id} is {release.Cause}. Resume-CanaryRelease {release.Id}, Complete-CanaryRelease {release.Id} or Undo-CanaryRelease {release.Id} decides."),
        CanaryReleaseState.Interrupted => Failure(
            "CanaryReleaseInterrupted",
            $"The worker of the canary release {release.Id} died.",
            $"Resume-CanaryRelease {release.Id} takes it up again, Undo-CanaryRelease {release.Id} goes back.",
            release),
        CanaryReleaseState.Undone => Failure(
            "CanaryReleaseUndone",
            $"The canary release {release.Id} went back. {release.Cause}",
            $"(Get-CanaryRelease {release.Id}).Judgements has the numbers.",
            release),
        _ => Failure(
            "CanaryReleaseFailed",
            $"The canary release {release.Id} failed. {release.Cause}",
            $"Get-Deployment {release.Id} | ForEach-Object Events tells its story.",
            release),
    };

    private static string Sentence(CanaryRelease release) =>
        release.State == CanaryReleaseState.Suspended ? $"The canary release {release.Id} is {release.Cause}." : release.Cause ?? string.Empty;

    private static FailureMessage Failure(string id, string message, string action, CanaryRelease release) =>
        new(new DevOpsException(id, FailureKind.OperationFailed, message, action, release));
}
