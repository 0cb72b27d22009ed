namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>What an operation on each item of an array does.</summary>
internal delegate LogicValue ItemsOperation(LogicValue[] items, LogicNode rule, in LogicScope scope);

/// <summary>An operation on each item of its first argument, with its second as the rule.</summary>
internal sealed class ItemsNode(LogicNode[] arguments, ItemsOperation operation) : LogicNode
{
    private static readonly ConstantNode Nothing = new(LogicValue.Null);

    public override LogicValue Evaluate(in LogicScope scope)
    {
        var value = arguments.Length > 0 ? arguments[0].Evaluate(scope) : LogicValue.Null;
        return operation(value.Kind == LogicKind.Array ? value.Items : [], arguments.Length > 1 ? arguments[1] : Nothing, scope);
    }
}

/// <summary>Puts the items together one by one: the rule sees <c>current</c> and <c>accumulator</c>, which begins as the third argument.</summary>
internal sealed class ReduceNode(LogicNode[] arguments) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope)
    {
        var result = arguments.Length > 2 ? arguments[2].Evaluate(scope) : LogicValue.Null;
        if (arguments.Length < 2 || arguments[0].Evaluate(scope) is not { Kind: LogicKind.Array } array) return result;
        foreach (var item in array.Items)
        {
            var seen = new Dictionary<string, LogicValue>(StringComparer.Ordinal) { ["current"] = item, ["accumulator"] = result };
            result = arguments[1].Evaluate(scope.Inside(LogicValue.Of(seen)));
        }

        return result;
    }
}

/// <summary>The operations on arrays.</summary>
internal static class ArrayOperations
{
    /// <summary>The items of all arrays, and what is no array as an item.</summary>
    public static LogicValue Merge(LogicValue[] values) => LogicValue.Of([.. values.SelectMany(value => value.Kind == LogicKind.Array ? value.Items : [value])]);

    public static LogicValue Map(LogicValue[] items, LogicNode rule, in LogicScope scope)
    {
        var mapped = new LogicValue[items.Length];
        for (var index = 0; index < items.Length; index++) mapped[index] = rule.Evaluate(scope.Inside(items[index]));
        return LogicValue.Of(mapped);
    }

    public static LogicValue Filter(LogicValue[] items, LogicNode rule, in LogicScope scope)
    {
        var kept = new List<LogicValue>();
        foreach (var item in items)
        {
            if (rule.Evaluate(scope.Inside(item)).IsTruthy) kept.Add(item);
        }

        return LogicValue.Of([.. kept]);
    }

    /// <summary>Whether there are items, and the rule holds for each.</summary>
    public static LogicValue All(LogicValue[] items, LogicNode rule, in LogicScope scope) =>
        LogicValue.Of(items.Length > 0 && Count(items, rule, scope) == items.Length);

    public static LogicValue Some(LogicValue[] items, LogicNode rule, in LogicScope scope) => LogicValue.Of(Count(items, rule, scope) > 0);

    public static LogicValue None(LogicValue[] items, LogicNode rule, in LogicScope scope) => LogicValue.Of(Count(items, rule, scope) == 0);

    private static int Count(LogicValue[] items, LogicNode rule, in LogicScope scope)
    {
        var count = 0;
        foreach (var item in items)
        {
            if (rule.Evaluate(scope.Inside(item)).IsTruthy) count++;
        }

        return count;
    }
}
