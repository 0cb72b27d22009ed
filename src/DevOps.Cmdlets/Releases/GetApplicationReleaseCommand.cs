using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Releases;

/// <summary>
/// <para type="synopsis">Lists the releases that were built on this control host.</para>
/// <para type="description">A release is an application at a commit, built, with the application's definition of that time. It is listed whether or not an instance serves it; Get-ApplicationInstance says what each instance serves. Releases come by application, the newest first.</para>
/// </summary>
/// <example>
/// <code>Get-ApplicationRelease itrust</code>
/// <para>Lists the releases of one application, the newest first.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationRelease itrust -Id 3f2a91c07be4-*</code>
/// <para>Finds the releases of a commit.</para>
/// </example>
/// <example>
/// <code>Get-ApplicationInstance | ForEach-Object { Get-ApplicationRelease $_.Application -Id $_.Release }</code>
/// <para>Shows when what is being served was built, and by whom.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApplicationRelease")]
[OutputType(typeof(ApplicationRelease))]
public sealed class GetApplicationReleaseCommand : DevOpsCommand
{
    /// <summary>The application's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ReleasedApplicationCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Application { get; set; } = ["*"];

    /// <summary>The release's id. Wildcards are allowed.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Release")]
    [ArgumentCompleter(typeof(ReleaseIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var store = new ReleaseStore(StateFolder.Open());
        foreach (var application in Application)
        {
            foreach (var id in Id) WriteMatching(store, application, id);
        }
    }

    private void WriteMatching(ReleaseStore store, string application, string id)
    {
        // Who names one release wants that one; a pattern may match nothing.
        if (!WildcardPattern.ContainsWildcardCharacters(application) && !WildcardPattern.ContainsWildcardCharacters(id))
        {
            if (TryRun(() => store.Get(application, id), out var named)) WriteObject(named);
            return;
        }

        var applicationPattern = WildcardPattern.Get(application, WildcardOptions.IgnoreCase);
        var idPattern = WildcardPattern.Get(id, WildcardOptions.IgnoreCase);
        foreach (var release in Run(store.List))
        {
            if (applicationPattern.IsMatch(release.Application) && idPattern.IsMatch(release.Id)) WriteObject(release);
        }
    }
}
