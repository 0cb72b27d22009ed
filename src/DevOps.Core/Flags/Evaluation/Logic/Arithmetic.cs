namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>The operations on numbers.</summary>
internal static class Arithmetic
{
    public static LogicValue Add(LogicValue[] values) => LogicValue.Of(values.Sum(value => value.ToNumber()));

    public static LogicValue Multiply(LogicValue[] values) => LogicValue.Of(values.Aggregate(1.0, (product, value) => product * value.ToNumber()));

    public static LogicValue Subtract(LogicValue[] values) => values.Length switch
    {
        0 => LogicValue.Null,
        1 => LogicValue.Of(-values[0].ToNumber()),
        _ => LogicValue.Of(values[0].ToNumber() - values[1].ToNumber()),
    };

    public static LogicValue Divide(LogicValue[] values) => values.Length < 2 ? LogicValue.Null : Finite(values[0].ToNumber() / values[1].ToNumber());

    public static LogicValue Remainder(LogicValue[] values) => values.Length < 2 ? LogicValue.Null : Finite(values[0].ToNumber() % values[1].ToNumber());

    public static LogicValue Extreme(LogicValue[] values, Func<double, double, double> better) =>
        values.Length == 0 ? LogicValue.Null : LogicValue.Of(values.Select(value => value.ToNumber()).Aggregate(better));

    // A division by zero has no value that JSON could name.
    private static LogicValue Finite(double number) => double.IsFinite(number) ? LogicValue.Of(number) : LogicValue.Null;
}
