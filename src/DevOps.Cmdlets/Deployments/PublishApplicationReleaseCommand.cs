using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Droplets;
using DevOps.Cmdlets.Environments;
using DevOps.Core.Deployments;
using DevOps.Model;

namespace DevOps.Cmdlets.Deployments;

/// <summary>
/// <para type="synopsis">Sends releases to their hosts without switching to them.</para>
/// <para type="description">Every host of the fleet gets the release at the same time: artifact, configuration with the addresses of the shared services, unit, all sealed. A host that has the very same already gets nothing. What the hosts serve does not change; Invoke-RollingUpdate does that, and sends what is missing by itself.</para>
/// </summary>
/// <example>
/// <code>New-ApplicationRelease ./production.psd1 itrust | Publish-ApplicationRelease -Environment ./production.psd1</code>
/// <para>Builds a release and sends it to its fleet, so that a later update is short.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationRelease itrust 3f2a91c07be4-5d1e | Publish-ApplicationRelease -WhatIf</code>
/// <para>Says where the release would be sent.</para>
/// </example>
[Cmdlet(VerbsData.Publish, "ApplicationRelease", SupportsShouldProcess = true)]
[OutputType(typeof(ApplicationRelease))]
public sealed class PublishApplicationReleaseCommand : CloudCommand
{
    /// <summary>The release, as Get-ApplicationRelease or New-ApplicationRelease gives it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public ApplicationRelease Release { get; set; } = null!;

    /// <summary>The fleet to send it to. Without it, the one that the release's own definition names.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Fleet { get; set; }

    /// <summary>The environment file, for services and secrets. Without it, the release's environment as it was last deployed from here.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryRun(() => EnvironmentLocator.FindOne(this, State(), Environment ?? Release.Environment), out var environment)) return;
        var service = new PublishingService(State());
        if (!TryRun(() => Fleet ?? service.FleetOf(Release), out var fleet)) return;
        if (!ShouldProcess($"the fleet {fleet}", $"Publish release {Release.Id} of {Release.Application}")) return;
        var connection = Connection ?? environment.Connection;
        if (TryRun((progress, ct) => service.PublishAsync(Release, environment, fleet, connection, progress, ct), out var failures) && failures == 0) WriteObject(Release);
    }
}
