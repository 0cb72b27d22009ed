using System.Management.Automation;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Stops feature flag services.</para>
/// <para type="description">Applications that ask it go on with what they know, or with their own defaults. Settings and tokens stay, so that Start-FeatureFlagService brings it back as it was; it is not started with the machine until then. With -Remove nothing of it stays. Takes exact names only.</para>
/// </summary>
/// <example>
/// <code>Stop-FeatureFlagService flags</code>
/// <para>Stops it on every node.</para>
/// </example>
/// <example>
/// <code>Stop-FeatureFlagService flags -Remove</code>
/// <para>Removes it from every node, with its program, its settings and the applications' tokens.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "FeatureFlagService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class StopFeatureFlagServiceCommand : FeatureFlagServiceCommand
{
    // The pipeline may bring each node of a server; it is stopped at all of them at once.
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Exact names of flag servers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Server { get; set; } = [];

    /// <summary>Deletes its program, its settings, its last known flags, and the applications' tokens.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var services = Services();
        foreach (var name in Server.Where(_seen.Add))
        {
            if (!ShouldProcess($"feature flag service of '{name}'", Remove ? "Stop, and delete it with the applications' tokens," : "Stop")) continue;
            TryRun((progress, ct) => services.StopAsync(name, Remove, progress, ct), out _);
        }
    }
}
