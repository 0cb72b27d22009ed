using System.Text.RegularExpressions;

namespace DevOps.Core.Heartbeats.Systemd;

/// <summary>Whose unit an address names.</summary>
/// <param name="Droplet">The droplet's name.</param>
/// <param name="Unit">The unit's name with its kind.</param>
internal sealed partial record SystemdAddress(string Droplet, string Unit)
{
    /// <summary>Reads <c>systemd://DROPLET/UNIT</c>.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>What it names; nothing when it is not such an address.</returns>
    public static SystemdAddress? Of(Uri uri) =>
        HeartbeatAddress.Parts(uri) is [var droplet, var unit] && DropletPattern().IsMatch(droplet) && UnitPattern().IsMatch(unit)
            ? new SystemdAddress(droplet, unit)
            : null;

    // What DigitalOcean lets a droplet be called.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.-]{0,254}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DropletPattern();

    // systemd.unit(5): these characters, and a kind. A template (name@.service) is no unit that could run.
    [GeneratedRegex(@"^(?=.{1,255}\z)[A-Za-z0-9:_.\\@-]*[A-Za-z0-9:_.\\-]\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnitPattern();
}
