using System.Management.Automation;
using System.Management.Automation.Host;
using System.Net;
using System.Security;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.DigitalOcean;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Connections;

/// <summary>
/// <para type="synopsis">Saves a connection to a DigitalOcean account under a name.</para>
/// <para type="description">The token is tried against the account before anything is saved: a wrong one is never saved. Address and token are bound together in a file that only its owner can read; the token is never sent to another address and never shown. Without -Token and -Credential the token comes from the environment variable DIGITALOCEAN_ACCESS_TOKEN, or is asked for without showing it. The token of the environment is not used together with -ApiUri, since it was not given for that address. The first connection becomes the selected one.</para>
/// </summary>
/// <example>
/// <code>Connect-DigitalOcean production</code>
/// <para>Asks for the token, or takes it from DIGITALOCEAN_ACCESS_TOKEN, and saves the connection as "production".</para>
/// </example>
/// <example>
/// <code>Connect-DigitalOcean production -Token (Get-Secret DigitalOcean) -Select</code>
/// <para>Takes the token from SecretManagement's vault and makes the connection the one that cloud cmdlets use.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "DigitalOcean", DefaultParameterSetName = "Token")]
[OutputType(typeof(DigitalOceanConnection))]
public sealed class ConnectDigitalOceanCommand : DevOpsCommand
{
    /// <summary>The name to save the connection under: letters, digits, dots, hyphens and underscores. A connection of that name is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The API token.</summary>
    [Parameter(ParameterSetName = "Token")]
    public SecureString? Token { get; set; }

    /// <summary>A credential whose password is the API token; its user name does not matter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Credential")]
    public PSCredential? Credential { get; set; }

    /// <summary>The API's address. Without it, DIGITALOCEAN_API_URL is used, then https://api.digitalocean.com/. Plain http is for this machine only.</summary>
    [Parameter]
    public Uri? ApiUri { get; set; }

    /// <summary>Makes it the selected connection although another one is selected.</summary>
    [Parameter]
    public SwitchParameter Select { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        using var token = Credential?.Password.Copy() ?? Token?.Copy() ?? FromEnvironment() ?? Ask();
        // A header needs it as text; it lives as long as the request.
        var text = new NetworkCredential(string.Empty, token).Password;
        WriteObject(Run((_, ct) => new AccountConnector(StateFolder.Open()).ConnectAsync(Name, ApiUri, text, Select, ct)));
    }

    private SecureString? FromEnvironment()
    {
        if (ApiUri is not null) return null;
        var token = Environment.GetEnvironmentVariable(CloudSession.TokenVariable)?.Trim();
        if (string.IsNullOrEmpty(token)) return null;
        WriteVerbose($"Using the token of the environment variable {CloudSession.TokenVariable}.");
        return new NetworkCredential(string.Empty, token).SecurePassword;
    }

    private SecureString Ask()
    {
        try
        {
            Host.UI.Write($"API token for connection '{Name}': ");
            return Host.UI.ReadLineAsSecureString();
        }
        catch (Exception exception) when (exception is PSInvalidOperationException or HostException or NotImplementedException or NotSupportedException)
        {
            ThrowTerminatingError(ToErrorRecord(new DevOpsException(
                "TokenMissing",
                FailureKind.Unauthorized,
                $"No token was given for connection '{Name}', and this session cannot ask for one.",
                $"Give it with -Token or -Credential, or set {CloudSession.TokenVariable}.",
                Name,
                exception)));
            throw; // Never reached: the line above throws.
        }
    }
}
