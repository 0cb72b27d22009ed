using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Checks any target once, within its time. Connections are shared by all targets and kept from check to check.</summary>
/// <param name="time">The clock.</param>
/// <param name="http">How pages are asked for; the usual way when nothing.</param>
internal sealed class HeartbeatChecker(TimeProvider time, HttpCheck? http = null) : IDisposable
{
    private const int LongestCause = 300;

    private readonly HttpCheck _http = http ?? new HttpCheck(time);
    private readonly TcpCheck _tcp = new();
    private readonly SshCheck _ssh = new();

    /// <summary>Checks a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="ct">Ends the check.</param>
    /// <returns>What was found. A failure is a finding.</returns>
    /// <exception cref="OperationCanceledException">The check was ended before it was over.</exception>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(target.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var began = time.GetTimestamp();
        try
        {
            var result = await CheckOf(target).CheckAsync(target, either.Token);
            return JudgeLatency(target, result with { Latency = time.GetElapsedTime(began) });
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return CheckResult.Down(string.Create(CultureInfo.InvariantCulture, $"it did not answer within {target.Timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception exception)
        {
            // Whatever it was: a target that cannot be checked is not up, and the checks of all others must go on.
            return CheckResult.Down(OneLine.Of(CheckFailures.Describe(exception, target.Uri.IdnHost), LongestCause));
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static CheckResult JudgeLatency(HeartbeatTarget target, CheckResult result) =>
        result.State == HeartbeatState.Up && result.Latency > target.DegradedAfter
            ? result with
            {
                State = HeartbeatState.Degraded,
                Cause = string.Create(CultureInfo.InvariantCulture, $"it took {result.Latency.Value.TotalMilliseconds:0} ms, more than {target.DegradedAfter.Value.TotalMilliseconds:0} ms"),
            }
            : result;

    private IHeartbeatCheck CheckOf(HeartbeatTarget target) => target.Uri.Scheme switch
    {
        HeartbeatTargetRules.Tcp => _tcp,
        HeartbeatTargetRules.Ssh => _ssh,
        _ => _http,
    };
}
