using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Core.Heartbeats.Redis;
using DevOps.Core.Heartbeats.Systemd;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Checks any target once, within its time. Connections are shared by all targets and kept from check to check.</summary>
/// <param name="state">The installation's state folder: its key and connections lead to droplets, and jobs' calls are there.</param>
/// <param name="time">The clock.</param>
/// <param name="http">How pages are asked for; the usual way when nothing.</param>
/// <param name="open">How droplets are reached; by their account when nothing.</param>
internal sealed class HeartbeatChecker(StateFolder state, TimeProvider time, HttpCheck? http = null, OpenDropletShell? open = null) : IDisposable
{
    private const int LongestCause = 300;

    private readonly HttpCheck _http = http ?? new HttpCheck(time);
    private readonly TcpCheck _tcp = new();
    private readonly SshCheck _ssh = new();
    private readonly RedisCheck _redis = new(time);
    private readonly SystemdCheck _systemd = new(time, open ?? new DropletReach(state, time).OpenAsync);
    private readonly PushCheck _push = new(new PushStore(state, time), time);

    /// <summary>Checks a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="ct">Ends the check.</param>
    /// <returns>What was found. A failure is a finding.</returns>
    /// <exception cref="OperationCanceledException">The check was ended before it was over.</exception>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(target.Timeout, time);
        using var ended = ct.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        var began = time.GetTimestamp();
        try
        {
            var result = await CheckOf(target).CheckAsync(target, limit.Token);
            // How long a file of this machine takes to be read says nothing about a job.
            return target.Uri.Scheme == HeartbeatTargetRules.Push ? result : JudgeLatency(target, result with { Latency = time.GetElapsedTime(began) });
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return CheckResult.Down(string.Create(CultureInfo.InvariantCulture, $"it did not answer within {target.Timeout.TotalSeconds:0.###} s"));
        }
        catch (HeartbeatCheckException exception)
        {
            return CheckResult.Down(OneLine.Of(exception.Message, LongestCause), exception.Evidence);
        }
        catch (Exception exception)
        {
            // Whatever it was: a target that cannot be checked is not up, and the checks of all others must go on.
            return CheckResult.Down(OneLine.Of(CheckFailures.Describe(exception, target.Uri.IdnHost), LongestCause));
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _http.Dispose();
        _redis.Dispose();
        _systemd.Dispose();
    }

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
        HeartbeatTargetRules.Redis => _redis,
        HeartbeatTargetRules.Systemd => _systemd,
        HeartbeatTargetRules.Push => _push,
        _ => _http,
    };
}
