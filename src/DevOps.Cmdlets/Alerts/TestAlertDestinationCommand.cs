using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Alerts;

/// <summary>
/// <para type="synopsis">Sends a sample alert to destinations and says what became of it.</para>
/// <para type="description">The sample is sent once, at this moment and whatever the destination's severity and source are; its type is alert.test. What came of it is emitted and recorded as the destination's last delivery. A destination that does not take it is no error: IsDelivered is false, and Cause says why.</para>
/// </summary>
/// <example>
/// <code>Test-AlertDestination ops</code>
/// <para>Tries one destination.</para>
/// </example>
/// <example>
/// <code>Get-AlertDestination | Test-AlertDestination | Where-Object IsDelivered -eq $false</code>
/// <para>Tries all destinations and shows those that fail.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "AlertDestination")]
[OutputType(typeof(AlertDelivery))]
public sealed class TestAlertDestinationCommand : DevOpsCommand
{
    /// <summary>The exact names of the destinations.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AlertDestinationCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (TryRun((_, ct) => new AlertService(StateFolder.Open()).TestAsync(name, ct), out var delivery)) WriteObject(delivery);
        }
    }
}
