using System.Globalization;
using DevOps.Core.Environments;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>What one look at an application says about its health.</summary>
/// <param name="IsGood">Whether every rule holds.</param>
/// <param name="IsFinal">Whether waiting cannot help: what was started has died or is not what it should be.</param>
/// <param name="Cause">Which rule does not hold, in words; nothing when all do.</param>
public sealed record HealthVerdict(bool IsGood, bool IsFinal, string? Cause)
{
    internal static HealthVerdict Good { get; } = new(IsGood: true, IsFinal: false, Cause: null);
}

/// <summary>
/// Judges an application on its host: the unit runs, it is the run that was just started, the process that listens on
/// the port belongs to it and works in the release's folder, and it answers as expected. So an old process that still
/// answers is never taken for the new one, and the application needs to know nothing of all this.
/// </summary>
public static class HealthRules
{
    /// <summary>Judges.</summary>
    /// <param name="application">The application's name.</param>
    /// <param name="facts">What was found out.</param>
    /// <param name="health">What is expected of the answer.</param>
    /// <param name="folder">The folder that must be in use, or nothing when any will do.</param>
    /// <param name="invocation">The run that must be the current one, or nothing when any will do.</param>
    /// <returns>The verdict, with the first rule that does not hold.</returns>
    public static HealthVerdict Judge(string application, HostFacts facts, HealthCheckDefinition health, string? folder = null, string? invocation = null)
    {
        if (facts.Folder is null || !facts.IsUnitLoaded) return Never("no release was deployed to the host yet");
        if (folder is not null && folder != facts.Folder) return Never($"'current' leads to {facts.Folder} instead of {folder}");
        if (facts.Release is null) return Never($"the release {facts.Folder} says nothing about itself");
        return WithStranger(application, facts, JudgeUnit(application, facts, invocation))
            ?? JudgeListeners(application, facts)
            ?? JudgeAnswer(facts, health)
            ?? HealthVerdict.Good;
    }

    private static HealthVerdict? JudgeUnit(string application, HostFacts facts, string? invocation)
    {
        if (facts.ActiveState == "failed") return Never($"{application}.service failed: {Ending(facts)}");
        if (facts.SubState == "auto-restart") return Never($"its process ended: {Ending(facts)}");
        if (facts.ActiveState == "inactive")
        {
            return Never(facts.Result == "success" ? $"{application}.service is stopped" : $"{application}.service ended: {Ending(facts)}");
        }

        if (!string.IsNullOrEmpty(invocation) && invocation != facts.InvocationId) return Never($"its process ended{EarlierEnding(facts)}, and systemd started another");
        return facts.ActiveState == "active" ? null : NotYet($"{application}.service is {facts.ActiveState}");
    }

    private static HealthVerdict? JudgeListeners(string application, HostFacts facts)
    {
        var port = facts.Release!.Port;
        if (facts.Listeners.Count == 0) return NotYet($"nobody listens on port {port}");
        if (Stranger(application, facts) is { } stranger) return NotYet(stranger);
        var release = HostLayout.Release(application, facts.Folder!);
        return facts.Listeners.FirstOrDefault(listener => !IsWithin(listener.WorkingDirectory, release)) is { } elsewhere
            ? NotYet($"process {elsewhere.ProcessId} ({elsewhere.Name}), which listens on port {port}, works in {elsewhere.WorkingDirectory} instead of {release}")
            : null;
    }

    // What ended because it could not listen says so only in its own words: who holds the port is the cause that helps.
    private static HealthVerdict? WithStranger(string application, HostFacts facts, HealthVerdict? verdict) =>
        verdict is not null && Stranger(application, facts) is { } stranger ? verdict with { Cause = $"{verdict.Cause}; {stranger}" } : verdict;

    private static string? Stranger(string application, HostFacts facts) =>
        facts.Listeners.FirstOrDefault(listener => !listener.IsOfUnit) is { } stranger
            ? $"port {facts.Release!.Port} is held by process {stranger.ProcessId} ({stranger.Name}), which does not belong to {application}.service"
            : null;

    private static HealthVerdict? JudgeAnswer(HostFacts facts, HealthCheckDefinition health)
    {
        if (facts.HttpStatus is null) return NotYet(facts.HttpError ?? "it does not answer");
        if (facts.HttpStatus != health.Status) return NotYet($"{health.Path} answers {facts.HttpStatus} instead of {health.Status}");
        return facts.HttpContains ? null : NotYet($"the answer of {health.Path} does not hold '{health.Contains}'");
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string Ending(HostFacts facts) => facts.Result switch
    {
        "exit-code" => string.Create(CultureInfo.InvariantCulture, $"exit status {facts.ExitStatus}"),
        "signal" or "core-dump" => string.Create(CultureInfo.InvariantCulture, $"killed by signal {facts.ExitStatus}"),
        "oom-kill" => "killed for lack of memory",
        "start-limit-hit" => "it ended too often",
        "success" => "exit status 0",
        "" => "unknown reason",
        _ => facts.Result,
    };

    // The next start begins with "success", so that how the earlier run ended is known only while the next has not begun.
    private static string EarlierEnding(HostFacts facts) => facts.Result is "success" or "" ? string.Empty : $": {Ending(facts)}";

    private static HealthVerdict Never(string cause) => new(IsGood: false, IsFinal: true, cause);

    private static HealthVerdict NotYet(string cause) => new(IsGood: false, IsFinal: false, cause);
}
