using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DevOps.Core;
using DevOps.Core.Flags.Definitions;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Sets a feature flag: for everybody, for a share of the users, or by rules.</para>
/// <para type="description">The change is made at the server's master, all or nothing, and the cmdlet returns when all linked replicas have it. true and false make a Boolean unless -Type says otherwise; an existing flag keeps its type, and a value that does not fit it is refused. A value without -Percentage is for everybody, and ends a roll-out.</para>
/// <para type="description">A Boolean flag is also a plain Redis key of its name that holds true or false, so that any program with any Redis client can read it. A program that sets that key changes the flag; the history says that it was external.</para>
/// <para type="description">Rules are JsonLogic with flagd's operations, such as fractional and sem_ver: https://flagd.dev/reference/flag-definitions/.</para>
/// </summary>
/// <example>
/// <code>Set-FeatureFlag featureflag true -Reason 'the new title'</code>
/// <para>Switches a feature on in every instance.</para>
/// </example>
/// <example>
/// <code>Set-FeatureFlag featureflag true -Percentage 20</code>
/// <para>Switches it on for a fifth of the users. Whoever has it keeps it when the share grows.</para>
/// </example>
/// <example>
/// <code>Set-FeatureFlag title -Variant @{ old = 'checkbox.io'; new = 'feature.io' } -DefaultVariant old -Targeting '{"if":[{"ends_with":[{"var":"email"},"@example.com"]},"new",null]}'</code>
/// <para>Gives some users another text.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlag limit | ForEach-Object { Set-FeatureFlag limit ($_.Value + 1) -IfVersion $_.Version }</code>
/// <para>Changes a number, unless somebody else changed it meanwhile.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "FeatureFlag", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlag))]
public sealed class SetFeatureFlagCommand : FeatureFlagChangeCommand
{
    /// <summary>The flag's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The value: true or false, a text, a number with -Type Number, a table, a list or JSON text with -Type Json.</summary>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    public object? Value { get; set; }

    /// <summary>The type. Without it, that of the flag; for a new one Boolean for true and false, Number for a number that is no text, and String for all else.</summary>
    [Parameter]
    public FeatureFlagType? Type { get; set; }

    /// <summary>The share of users, from 0 to 100, who get the value of a Boolean flag; the others get the opposite. For other flags a table of variants and weights: @{ small = 30; large = 70 }.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Percentage { get; set; }

    /// <summary>The variants by name: @{ small = 'S'; large = 'L' }. With [ordered] they keep their order.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IDictionary? Variant { get; set; }

    /// <summary>The variant of those for whom the rule chooses none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DefaultVariant { get; set; }

    /// <summary>The rule that chooses a variant, as JsonLogic: JSON text or a table. An empty table ends targeting.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Targeting { get; set; }

    /// <summary>Lets the flag get another type.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryRun(Edit, out var edit)) return;
        if (!ShouldProcess($"feature flag '{Name}' of {ServerName}", Describe())) return;
        Change(Name, edit);
    }

    private string Describe() => Value is null
        ? "Set"
        : Percentage is null ? $"Set to {Value} for everybody" : $"Set to {Value} for {Percentage} % of the users";

    private FlagEdit Edit()
    {
        FlagRules.CheckName(Name);
        var (text, type) = Read();
        var weights = Weights();
        return new FlagEdit
        {
            Value = text,
            Type = type,
            Percentage = Percentage is null || weights is not null ? null : Share(),
            Weights = weights,
            Variants = Variant is null ? null : [.. Variant.Cast<DictionaryEntry>().Select(entry => new FlagVariant(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, JsonArgument.Of(entry.Value, nameof(Variant))))],
            DefaultVariant = DefaultVariant,
            Targeting = Targeting is null ? null : JsonArgument.Parse(Targeting, nameof(Targeting)),
            ChangesType = Force,
        };
    }

    // A number or a table that is no text says by itself what it is; the text true is what people mean by $true.
    private (string? Text, FeatureFlagType? Type) Read()
    {
        switch (Value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : Value)
        {
            case null:
                return (null, Type);
            case string text:
                return (text, Type);
            case bool flag:
                return (flag ? "true" : "false", Type);
            case var other:
                var json = JsonArgument.Of(other, nameof(Value));
                return (json.ToString(), Type ?? FlagValues.TypeOf(json));
        }
    }

    private decimal Share()
    {
        try
        {
            return Convert.ToDecimal(Percentage is PSObject wrapped ? wrapped.BaseObject : Percentage, CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is FormatException or InvalidCastException or OverflowException)
        {
            throw NoShare(failure);
        }
    }

    private List<(string Variant, int Weight)>? Weights()
    {
        if ((Percentage is PSObject wrapped ? wrapped.BaseObject : Percentage) is not IDictionary table) return null;
        try
        {
            return [.. table.Cast<DictionaryEntry>().Select(entry => (Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, checked((int)Convert.ToDecimal(entry.Value is PSObject weight ? weight.BaseObject : entry.Value, CultureInfo.InvariantCulture))))];
        }
        catch (Exception failure) when (failure is FormatException or InvalidCastException or OverflowException)
        {
            throw NoShare(failure);
        }
    }

    private DevOpsException NoShare(Exception inner) => new(
        "FeatureFlagValueInvalid",
        FailureKind.InvalidInput,
        $"'{Percentage}' is no percentage.",
        "Give a number from 0 to 100, or a table of variants and whole weights.",
        Percentage,
        inner);
}
