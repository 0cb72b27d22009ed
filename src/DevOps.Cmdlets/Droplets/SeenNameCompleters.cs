using System.Collections;
using DevOps.Cmdlets.Common;
using DevOps.Core.DigitalOcean;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// Completes names that were last seen at the account of <c>-Connection</c>. It reads a small file of the state folder and
/// asks nobody, so that the Tab key never waits.
/// </summary>
public abstract class SeenNameCompleter : NameCompleter
{
    private readonly string _kind;
    private readonly string[] _usual;

    /// <summary>Makes a completer.</summary>
    /// <param name="kind">What is named, such as <c>Fleet</c>.</param>
    /// <param name="usual">What to offer before anything was seen.</param>
    private protected SeenNameCompleter(string kind, params string[] usual)
    {
        _kind = kind;
        _usual = usual;
    }

    /// <inheritdoc/>
    private protected override IEnumerable<(string Name, string About)> Names(IDictionary given)
    {
        var state = StateFolder.Open();
        var connection = given["Connection"] as string ?? new ConnectionStore(state).Selected() ?? CloudSession.EnvironmentConnection;
        var seen = new SeenNames(state, connection).Recall(Enum.Parse<NameKind>(_kind));
        return (seen.Count > 0 ? seen : _usual).Select(name => (name, string.Empty));
    }
}

/// <summary>Completes fleets.</summary>
public sealed class FleetCompleter() : SeenNameCompleter("Fleet");

/// <summary>Completes droplets.</summary>
public sealed class DropletCompleter() : SeenNameCompleter("Droplet");

/// <summary>Completes sizes.</summary>
public sealed class SizeCompleter() : SeenNameCompleter("Size", "s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb");

/// <summary>Completes regions.</summary>
public sealed class RegionCompleter() : SeenNameCompleter("Region", "nyc1", "nyc3", "ams3", "sfo3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1");

/// <summary>Completes images.</summary>
public sealed class ImageCompleter() : SeenNameCompleter("Image", "debian-12-x64", "debian-13-x64", "ubuntu-24-04-x64");
