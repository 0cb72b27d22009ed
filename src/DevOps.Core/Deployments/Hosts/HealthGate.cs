using System.Globalization;
using DevOps.Core.Environments;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>How waiting for an application's health ended.</summary>
/// <param name="IsHealthy">Whether it passed.</param>
/// <param name="Cause">Why not, in words.</param>
/// <param name="Journal">The last lines of the unit's journal, when it did not pass.</param>
internal sealed record GateResult(bool IsHealthy, string? Cause, IReadOnlyList<string> Journal);

/// <summary>Waits until what was just started proves that it serves, or shows that it never will.</summary>
/// <param name="time">The clock.</param>
internal sealed class HealthGate(TimeProvider time)
{
    private const int JournalLines = 15;

    /// <summary>Waits.</summary>
    /// <param name="host">The application on its host.</param>
    /// <param name="application">Its name.</param>
    /// <param name="health">How it proves that it serves: answers in a row, time between them, time in all.</param>
    /// <param name="folder">The release that must be in use.</param>
    /// <param name="invocation">The run that was just started.</param>
    /// <param name="onVerdict">Told each verdict as it comes.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How it ended.</returns>
    public async Task<GateResult> WaitAsync(
        IApplicationHost host,
        string application,
        HealthCheckDefinition health,
        string? folder,
        string? invocation,
        Action<HealthVerdict>? onVerdict,
        CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var inARow = 0;
        while (true)
        {
            var verdict = HealthRules.Judge(application, await host.ReadFactsAsync(ct), health, folder, invocation);
            onVerdict?.Invoke(verdict);
            inARow = verdict.IsGood ? inARow + 1 : 0;
            if (inARow >= health.Successes) return new GateResult(IsHealthy: true, null, []);
            var isOver = time.GetElapsedTime(started) >= health.Timeout;
            if (verdict.IsFinal || (isOver && !verdict.IsGood))
            {
                var cause = verdict.IsFinal
                    ? verdict.Cause!
                    : string.Create(CultureInfo.InvariantCulture, $"not healthy after {health.Timeout.TotalSeconds:0.#} s: {verdict.Cause}");
                return new GateResult(IsHealthy: false, cause, await host.ReadJournalAsync(JournalLines, invocation, ct));
            }

            // The host tells nobody when an application becomes ready.
            await Task.Delay(health.Interval, time, ct);
        }
    }
}
