using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Alerts;

/// <summary>
/// <para type="synopsis">Lists the destinations of alerts, and how they fare.</para>
/// <para type="description">Waiting is how many alerts a destination has not taken yet; LastDelivery is what became of the last one that was sent, with its cause when it failed. Secrets are never shown.</para>
/// </summary>
/// <example>
/// <code>Get-AlertDestination</code>
/// <para>Lists all destinations.</para>
/// </example>
/// <example>
/// <code>Get-AlertDestination | Where-Object Waiting -gt 0 | ForEach-Object LastDelivery</code>
/// <para>Shows why alerts wait.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "AlertDestination")]
[OutputType(typeof(AlertDestination))]
public sealed class GetAlertDestinationCommand : DevOpsCommand
{
    /// <summary>The destination's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AlertDestinationCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var service = new AlertService(StateFolder.Open());
        var names = Run(service.Names);
        foreach (var pattern in Name)
        {
            var wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);
            var found = names.Where(wildcard.IsMatch).ToArray();
            foreach (var name in found)
            {
                if (TryRun(() => service.Get(name), out var destination)) WriteObject(destination);
            }

            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern)) WriteError(ToErrorRecord(AlertDestinationStore.NotFound(pattern)));
        }
    }
}
