namespace DevOps.Model;

/// <summary>What a rolling update did to one fleet.</summary>
/// <param name="Deployment">The journaled run that carried it out.</param>
/// <param name="Application">The application.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Release">The release that it was to bring.</param>
/// <param name="State">How it ended.</param>
/// <param name="Updated">The droplets that now serve the release and did not before.</param>
/// <param name="Unchanged">The droplets that served it already and were left alone.</param>
/// <param name="Cause">Why it failed, if it did.</param>
/// <param name="Duration">How long it took.</param>
public sealed record RollingUpdate(
    string Deployment,
    string Application,
    string Fleet,
    string Release,
    DeploymentState State,
    IReadOnlyList<string> Updated,
    IReadOnlyList<string> Unchanged,
    string? Cause,
    TimeSpan Duration);
