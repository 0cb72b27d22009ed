using System.Collections.Frozen;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation.Logic;
using DevOps.Model;

namespace DevOps.Core.Flags.Evaluation;

/// <summary>A flag that is ready to be evaluated, by any number of threads at once.</summary>
/// <remarks>Evaluates as flagd does: https://github.com/open-feature/flagd/blob/main/core/pkg/evaluator/json.go.</remarks>
public sealed class CompiledFlag
{
    private readonly FlagName _name;

    private readonly FrozenDictionary<string, FlagVariant> _variants;

    private readonly LogicNode? _targeting;

    private readonly TimeProvider _time;

    // What it comes to without a rule: always the same.
    private readonly FlagResolution? _fixed;

    private readonly FlagVariant? _default;

    /// <summary>Prepares a flag.</summary>
    /// <param name="definition">Its definition.</param>
    /// <param name="time">Tells rules the time.</param>
    public CompiledFlag(FlagDefinition definition, TimeProvider? time = null)
    {
        Definition = definition;
        _time = time ?? TimeProvider.System;
        _name = new FlagName(definition.Name);
        _variants = definition.Variants.ToFrozenDictionary(variant => variant.Name, StringComparer.Ordinal);
        _default = definition.Default;
        if (!definition.IsEnabled)
        {
            _fixed = new FlagResolution(FeatureFlagReason.Disabled, null);
        }
        else if (definition.Targeting is not { } rule || !rule.EnumerateObject().Any())
        {
            _fixed = new FlagResolution(_default is null ? FeatureFlagReason.Default : FeatureFlagReason.Static, _default);
        }
        else
        {
            try
            {
                _targeting = LogicCompiler.Compile(rule);
            }
            catch (FormatException)
            {
                // Another version may have written a rule that this one does not know; the other flags are none the worse for it.
                _fixed = new FlagResolution(FeatureFlagReason.Error, null, FlagError.ParseError);
            }
        }
    }

    /// <summary>Its definition.</summary>
    public FlagDefinition Definition { get; }

    /// <summary>Evaluates it.</summary>
    /// <param name="context">Whom it is evaluated for.</param>
    /// <returns>What it came to.</returns>
    public FlagResolution Evaluate(FlagContext context)
    {
        if (_fixed is { } resolution) return resolution;
        var scope = new LogicScope(_name, context, _time, context.Attributes);
        var chosen = _targeting!.Evaluate(scope);
        if (chosen.IsNull) return new FlagResolution(FeatureFlagReason.Default, _default);

        // A rule may also come to true or a number, which name variants too: {"==":[…]} chooses between 'true' and 'false'.
        return _variants.TryGetValue(chosen.Kind == LogicKind.String ? chosen.Text : chosen.ToText(), out var variant)
            ? new FlagResolution(FeatureFlagReason.TargetingMatch, variant)
            : new FlagResolution(FeatureFlagReason.Error, null, FlagError.General);
    }
}
