using System.Management.Automation;
using System.Net;
using DevOps.Cmdlets.Droplets;
using DevOps.Core.Flags.Servers;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Selects the feature flag server that is used when none is named.</para>
/// <para type="description">With -Fleet or -Name it selects a server that is installed. With -Uri it names one that somebody else runs: the account is tried before anything is saved, and the other nodes are found through the one that is named. The password is kept in a file that only its owner can read. Servers on droplets are reached through SSH connections with the pinned keys, since their addresses are private; others directly.</para>
/// </summary>
/// <example>
/// <code>Connect-FeatureFlagServer -Fleet flags</code>
/// <para>Selects the server that is installed on the fleet "flags".</para>
/// </example>
/// <example>
/// <code>Connect-FeatureFlagServer -Uri rediss://redis.example.com:6380 -Credential (Get-Credential) -Name shop</code>
/// <para>Names a server by its address, with TLS, calls it "shop", and selects it.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "FeatureFlagServer", DefaultParameterSetName = FleetSet)]
[OutputType(typeof(FeatureFlagServer))]
public sealed class ConnectFeatureFlagServerCommand : FeatureFlagServerCommand
{
    private const string FleetSet = "Fleet";
    private const string NameSet = "Name";
    private const string UriSet = "Uri";

    /// <summary>The exact name of the fleet that the server is installed on.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FleetSet)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Fleet { get; set; } = string.Empty;

    /// <summary>The server's exact name. With -Uri the name to keep it under, by default that of its host.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [Parameter(ParameterSetName = FleetSet)]
    [Parameter(ParameterSetName = UriSet)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The server's address: redis://HOST:PORT, or rediss://HOST:PORT for TLS. Without a password: that is given with -Credential.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet)]
    [ValidateNotNull]
    public Uri Uri { get; set; } = null!;

    /// <summary>The account and its password; the user name "default" for a server that knows only a password.</summary>
    [Parameter(ParameterSetName = UriSet)]
    public PSCredential? Credential { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var naming = new FlagServerNaming(State());
        var login = Credential is null ? null : new SavedFlagServerLogin(Credential.UserName, new NetworkCredential(string.Empty, Credential.Password).Password);
        var name = ParameterSetName == UriSet ? Run((_, ct) => naming.ConnectAsync(Name, Uri, login, ct)) : Run(() => naming.Select(Name, Fleet));
        WriteObject(Run((_, ct) => new FlagServerStatus(Connector(), Servers()).ReadAsync(name, ct)));
    }
}
