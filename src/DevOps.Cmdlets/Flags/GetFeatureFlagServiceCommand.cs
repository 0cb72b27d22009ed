using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Shows feature flag services: whether each answers, where, and how new its flags are.</para>
/// <para type="description">Emits one object a node. The state is Running when it answers with the newest flags, Stale when it answers with the last known ones because its Redis does not, Empty when it has never had any, Stopped when nothing answers, and Unreachable when the node cannot be asked. Age is how long ago its Redis last confirmed the flags.</para>
/// </summary>
/// <example>
/// <code>Get-FeatureFlagService</code>
/// <para>Shows the services of all flag servers.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagService flags | Where-Object State -ne Running | Format-List</code>
/// <para>Shows what is not as it should be, with what is known of why.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "FeatureFlagService")]
[OutputType(typeof(FeatureFlagService))]
public sealed class GetFeatureFlagServiceCommand : FeatureFlagServiceCommand
{
    /// <summary>The flag server's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Server { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var services = Services();
        var patterns = new NamePatterns(Server);
        foreach (var name in Run(services.Names).Where(patterns.IsMatch).ToList()) Show(name);
        foreach (var name in patterns.NotFound()) Show(name);

        void Show(string name)
        {
            if (TryRun((_, ct) => services.GetAsync(name, ct), out var places)) WriteObject(places, enumerateCollection: true);
        }
    }
}
