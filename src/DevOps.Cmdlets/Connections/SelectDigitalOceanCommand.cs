using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Connections;

/// <summary>
/// <para type="synopsis">Chooses the connection that cloud cmdlets use when no -Connection is given.</para>
/// <para type="description">The choice is saved with the installation: it holds for later sessions, scheduled tasks and the deployment hook as well.</para>
/// </summary>
/// <example>
/// <code>Select-DigitalOcean production</code>
/// <para>Makes "production" the connection that is used.</para>
/// </example>
/// <example>
/// <code>Get-DigitalOcean local | Select-DigitalOcean -PassThru</code>
/// <para>Chooses the local cloud and shows the connection.</para>
/// </example>
[Cmdlet(VerbsCommon.Select, "DigitalOcean", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(DigitalOceanConnection))]
public sealed class SelectDigitalOceanCommand : DevOpsCommand
{
    /// <summary>The connection's exact name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>Shows the connection.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(Name, "Select connection")) return;
        var selected = Run(() =>
        {
            var store = new ConnectionStore(StateFolder.Open());
            store.Select(Name);
            return store.List().Single(connection => connection.IsSelected);
        });
        if (PassThru) WriteObject(selected);
    }
}
