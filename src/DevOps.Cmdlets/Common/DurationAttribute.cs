using System.Globalization;
using System.Management.Automation;
using DevOps.Model;

namespace DevOps.Cmdlets.Common;

/// <summary>
/// Lets a <see cref="TimeSpan"/> parameter take durations as people write them: a number is seconds, and 250ms, 1s, 5m
/// 2h and 1d are what they look like. PowerShell's own conversion would read 5 as five ticks and "5" as five days.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether nothing may be given, for parameters that take properties of objects: it is as if they were not given.</summary>
    public bool AllowsNull { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null && AllowsNull) return null;
        var value = inputData is PSObject wrapper ? AsTyped(wrapper) : inputData;
        var isDuration = value switch
        {
            TimeSpan given => (Ok: given >= TimeSpan.Zero, Value: given),
            string text => (Ok: Duration.TryParse(text, out var parsed), Value: parsed),
            byte or short or int or long or float or double or decimal =>
                (Ok: Duration.TryFromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture), out var parsed), Value: parsed),
            _ => (Ok: false, Value: TimeSpan.Zero),
        };
        return isDuration.Ok
            ? isDuration.Value
            : throw new ArgumentTransformationMetadataException($"'{value}' is not a duration. Expected {Duration.AcceptedForms}.");
    }

    // PowerShell takes 1d for a number of its type decimal, but still knows how it was typed.
    private static object AsTyped(PSObject given) =>
        given.BaseObject is decimal && given.ToString() is var typed && Duration.TryParse(typed, out _) ? typed : given.BaseObject;
}
