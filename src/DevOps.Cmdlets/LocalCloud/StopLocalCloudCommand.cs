using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.LocalClouds;
using DevOps.Core.State;

namespace DevOps.Cmdlets.LocalCloud;

/// <summary>
/// <para type="synopsis">Stops the local cloud, and with -Purge removes it.</para>
/// <para type="description">Without -Purge the droplets are shut down and kept: the next Start-LocalCloud brings them back as they were. With -Purge, after a confirmation, droplets, networks, state and the connection 'local' are removed; the droplets' image is kept, because other starts on this machine use it, and named. A local cloud that does not run is nothing to stop, and no error.</para>
/// </summary>
/// <example>
/// <code>Stop-LocalCloud</code>
/// <para>Stops the API and shuts its droplets down.</para>
/// </example>
/// <example>
/// <code>Stop-LocalCloud -Purge</code>
/// <para>Removes the local cloud with all its droplets after a confirmation.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "LocalCloud", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class StopLocalCloudCommand : DevOpsCommand
{
    /// <summary>Removes droplets, networks, state and connection.</summary>
    [Parameter]
    public SwitchParameter Purge { get; set; }

    /// <summary>How long the process may take to end before it is killed. By default one minute.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var service = Run(() =>
        {
            LocalCloudService.CheckPlatform();
            return new LocalCloudService(StateFolder.Open());
        });
        var cloud = Run((_, ct) => service.GetAsync(ct));
        var target = $"the local cloud in '{cloud.Folder}' with {cloud.Droplets} droplet(s)";
        if (Purge)
        {
            if (!ShouldProcess(target, "Remove, with all data,")) return;
            Do((progress, ct) => service.PurgeAsync(Timeout, progress, ct));
        }
        else if (IsAgreed(target))
        {
            Do((progress, ct) => service.StopAsync(Timeout, progress, ct));
        }
    }

    // A stop that can be taken back by a start is not worth a question, unless one is wanted.
    private bool IsAgreed(string target)
    {
        var isWhatIf = LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));
        var isAsked = MyInvocation.BoundParameters.ContainsKey("Confirm") || MyInvocation.BoundParameters.ContainsKey("WhatIf");
        return !(isWhatIf || isAsked) || ShouldProcess(target, "Stop, keeping the droplets,");
    }

    private void Do(Func<IProgress<Core.Operations.OperationMessage>, CancellationToken, Task> operation) =>
        Run(async (progress, ct) =>
        {
            await operation(progress, ct);
            return true;
        });
}
