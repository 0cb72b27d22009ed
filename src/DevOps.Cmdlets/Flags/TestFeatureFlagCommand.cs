using System.Collections;
using System.Management.Automation;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Store;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Evaluates a feature flag for somebody: value, variant and reason.</para>
/// <para type="description">Evaluates as flagd does, and as the applications' instances do. Nothing as the value means that the application's own default counts.</para>
/// </summary>
/// <example>
/// <code>Test-FeatureFlag featureflag -Context @{ targetingKey = 'user-1'; country = 'NO' }</code>
/// <para>Shows what a user gets, and why.</para>
/// </example>
/// <example>
/// <code>1..100 | ForEach-Object { Test-FeatureFlag featureflag -TargetingKey "user-$_" } | Group-Object Variant -NoElement</code>
/// <para>Shows how a roll-out spreads users.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "FeatureFlag", DefaultParameterSetName = "Key")]
[OutputType(typeof(FeatureFlagEvaluation))]
public sealed class TestFeatureFlagCommand : FeatureFlagCommand
{
    /// <summary>The exact names of the flags.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Who it is: what a roll-out spreads users by.</summary>
    [Parameter(ParameterSetName = "Key", Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? TargetingKey { get; set; }

    /// <summary>Whom it is evaluated for: targetingKey says who it is, all else is for rules.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Context")]
    [ValidateNotNull]
    public IDictionary? Context { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var context = Run(() => Context is not null ? FlagContext.Of(JsonArgument.Of(Context, nameof(Context))) : TargetingKey is not null ? FlagContext.Of(TargetingKey) : FlagContext.Empty);
        foreach (var name in Name)
        {
            if (!TryRun((_, _) => Flags.FindAsync(name), out var flag)) continue;
            if (flag is null) WriteError(ToErrorRecord(FlagFailures.NotFound(name)));
            else WriteObject(Show(flag, new CompiledFlag(flag.Definition).Evaluate(context), context));
        }
    }

    private static FeatureFlagEvaluation Show(FlagRecord flag, FlagResolution resolution, FlagContext context) => new()
    {
        Name = flag.Definition.Name,
        TargetingKey = context.TargetingKey,
        Value = resolution.Variant is { } variant ? FlagValues.Show(variant.Value) : null,
        Variant = resolution.Variant?.Name,
        Reason = resolution.Reason,
        Error = resolution.Error switch
        {
            FlagError.None => null,
            FlagError.ParseError => "its rule cannot be read",
            _ => "its rule chose something that is none of its variants",
        },
        Version = flag.Version,
    };
}
