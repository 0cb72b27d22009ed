using System.Globalization;
using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Alerts;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Alerts;

/// <summary>
/// <para type="synopsis">Removes destinations of alerts.</para>
/// <para type="description">The destination, its secret and the alerts that wait for it are gone; the question says how many those are. Other destinations are not touched.</para>
/// </summary>
/// <example>
/// <code>Remove-AlertDestination ops</code>
/// <para>Removes the destination "ops" after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-AlertDestination test-* | Remove-AlertDestination -Confirm:$false</code>
/// <para>Removes several without asking.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "AlertDestination", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveAlertDestinationCommand : DevOpsCommand
{
    /// <summary>The exact names of the destinations.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AlertDestinationCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = new AlertService(StateFolder.Open());
        foreach (var name in Name)
        {
            var waiting = service.CountWaiting(name);
            var action = waiting == 0 ? "Remove with its secret" : string.Create(CultureInfo.InvariantCulture, $"Remove with its secret and {waiting} waiting alerts");
            if (!ShouldProcess($"alert destination '{name}'", action)) continue;
            if (TryRun(() => service.Remove(name), out var dropped) && dropped > 0) WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{dropped} alerts that waited for '{name}' were dropped."));
        }
    }
}
