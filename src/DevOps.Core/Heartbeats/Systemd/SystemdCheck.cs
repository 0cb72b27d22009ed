using System.Globalization;
using DevOps.Core.Alerts;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Systemd;

/// <summary>
/// Asks a droplet's systemd how a unit is, over verified SSH. One connection to each droplet is kept from check to check, and
/// shared by all its units.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="open">Reaches droplets.</param>
internal sealed class SystemdCheck(TimeProvider time, OpenDropletShell open) : IHeartbeatCheck, IDisposable
{
    private const int LongestText = 300;

    private readonly KeptConnections<DropletShell> _shells = new(time);

    /// <summary>How many connections are kept.</summary>
    public int ConnectionCount => _shells.Count;

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(HeartbeatTarget target, CancellationToken ct)
    {
        var address = SystemdAddress.Of(target.Uri) ?? throw new HeartbeatCheckException("its address names no unit of a droplet");
        try
        {
            var result = await _shells.AskAsync(
                $"{target.Connection}\n{address.Droplet}",
                ending => open(address.Droplet, target.Connection, ending),
                shell => shell.RunAsync(UnitState.Code, [address.Unit], target.Timeout, ct),
                exception => exception is DevOpsException { Id: "HostCommandTimeout" },
                ct);
            return Judge(address, result);
        }
        catch (DevOpsException exception)
        {
            return CheckResult.Down(OneLine.Of(exception.Message.TrimEnd('.'), LongestText));
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => _shells.Dispose();

    private static CheckResult Judge(SystemdAddress address, HostCommandResult result)
    {
        if (result.ExitCode == 0 && UnitState.Read(result.Output) is { } unit) return unit.Judge(address);
        var said = OneLine.Of(result.ErrorOutput.Length > 0 ? result.ErrorOutput : result.Output, LongestText);
        return CheckResult.Down(string.Create(CultureInfo.InvariantCulture, $"{address.Droplet} does not tell how it is: systemctl ended with {result.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "a signal"}"), said.Length > 0 ? said : null);
    }
}
