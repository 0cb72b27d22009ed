using System.Management.Automation;
using System.Net;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Names a feature flag server for the cmdlets that use it.</para>
/// <para type="description">The server is tried before anything is saved. Address, user and password are kept together in a file that only its owner can read; the password is never shown. The first server becomes the selected one.</para>
/// <para type="description">Any Redis server from version 6 can hold flags. So that a change by another program is known at once, it needs the setting notify-keyspace-events with E and $.</para>
/// </summary>
/// <example>
/// <code>Connect-FeatureFlagServer flags -Uri redis://127.0.0.1:6379</code>
/// <para>Names a server of this machine that wants no password.</para>
/// </example>
/// <example>
/// <code>Connect-FeatureFlagServer production -Uri rediss://flags.example.com:6380 -Credential (Get-Credential writer) -Select</code>
/// <para>Names a server with TLS and a user, and selects it.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "FeatureFlagServer")]
[OutputType(typeof(FeatureFlagServer))]
public sealed class ConnectFeatureFlagServerCommand : DevOpsCommand
{
    /// <summary>The name to keep it under: letters, digits, dots, hyphens and underscores. A server of that name is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The master's address: redis://HOST:PORT, or rediss://HOST:PORT for TLS.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNull]
    public Uri Uri { get; set; } = null!;

    /// <summary>Who logs in. It needs the rights to read and write all keys, to run scripts, and +info, +wait, +client.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Makes it the selected server although another one is selected.</summary>
    [Parameter]
    public SwitchParameter Select { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // The protocol needs it as text.
        var password = Credential is null ? null : new NetworkCredential(string.Empty, Credential.Password).Password;
        var server = new FlagServerAddress(Name, Uri, Credential?.UserName, password);
        WriteObject(Run((_, ct) => new FlagServerConnector(StateFolder.Open()).SaveAsync(server, Select, ct)));
    }
}
