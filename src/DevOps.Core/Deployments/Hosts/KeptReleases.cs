namespace DevOps.Core.Deployments.Hosts;

/// <summary>Which releases stay on a host when the others are removed. The current one always does.</summary>
/// <param name="Good">How many others that served well stay, those that served last; one at least.</param>
/// <param name="Needed">Folders that stay besides, whatever became of them: what the running deployment may go back to.</param>
internal sealed record KeptReleases(int Good, IReadOnlyList<string> Needed);
