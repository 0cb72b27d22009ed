using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Connections;

/// <summary>
/// <para type="synopsis">Lists the saved connections to DigitalOcean.</para>
/// <para type="description">A connection binds an API address to a token under a name. Tokens are never shown. The selected connection is the one that cloud cmdlets use when no -Connection is given.</para>
/// </summary>
/// <example>
/// <code>Get-DigitalOcean</code>
/// <para>Lists all saved connections.</para>
/// </example>
/// <example>
/// <code>Get-DigitalOcean local</code>
/// <para>Shows the connection that Start-LocalCloud saves.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DigitalOcean")]
[OutputType(typeof(DigitalOceanConnection))]
public sealed class GetDigitalOceanCommand : DevOpsCommand
{
    /// <summary>The connection's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var connections = Run(() => new ConnectionStore(StateFolder.Open()).List());
        foreach (var pattern in Name)
        {
            var wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);
            var found = connections.Where(connection => wildcard.IsMatch(connection.Name)).ToArray();
            foreach (var connection in found) WriteObject(connection);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern)) WriteError(ToErrorRecord(ConnectionStore.NotFound(pattern)));
        }
    }
}
