namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>An operation on its first argument.</summary>
internal sealed class UnaryNode(LogicNode[] arguments, Func<LogicValue, LogicValue> operation) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope) => operation(arguments.Length > 0 ? arguments[0].Evaluate(scope) : LogicValue.Null);
}

/// <summary>An operation on its first two arguments.</summary>
internal sealed class BinaryNode(LogicNode[] arguments, Func<LogicValue, LogicValue, LogicValue> operation) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope) => arguments.Length < 2
        ? operation(arguments.Length > 0 ? arguments[0].Evaluate(scope) : LogicValue.Null, LogicValue.Null)
        : operation(arguments[0].Evaluate(scope), arguments[1].Evaluate(scope));
}

/// <summary>An operation on all its arguments.</summary>
internal sealed class ListNode(LogicNode[] arguments, Func<LogicValue[], LogicValue> operation) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope) => operation(ArrayNode.EvaluateAll(arguments, scope));
}

/// <summary>Whether the arguments, two or three, are in order: with three, the middle one is between the others.</summary>
internal sealed class OrderNode(LogicNode[] arguments, bool isDescending, bool orEqual) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope)
    {
        if (arguments.Length < 2) return LogicValue.False;
        var (first, second) = (arguments[0].Evaluate(scope), arguments[1].Evaluate(scope));
        if (!IsInOrder(first, second)) return LogicValue.False;
        return LogicValue.Of(arguments.Length < 3 || IsInOrder(second, arguments[2].Evaluate(scope)));
    }

    private bool IsInOrder(LogicValue first, LogicValue second) => isDescending ? second.IsLess(first, orEqual) : first.IsLess(second, orEqual);
}

/// <summary>Conditions and values by turns, and at last what counts when no condition holds.</summary>
internal sealed class IfNode(LogicNode[] arguments) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope)
    {
        var index = 0;
        for (; index + 1 < arguments.Length; index += 2)
        {
            if (arguments[index].Evaluate(scope).IsTruthy) return arguments[index + 1].Evaluate(scope);
        }

        return index < arguments.Length ? arguments[index].Evaluate(scope) : LogicValue.Null;
    }
}

/// <summary>The first argument that decides, or the last one. What comes after it is not evaluated.</summary>
internal sealed class AndOrNode(LogicNode[] arguments, bool isAnd) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope)
    {
        var value = LogicValue.Null;
        foreach (var argument in arguments)
        {
            value = argument.Evaluate(scope);
            if (value.IsTruthy != isAnd) return value;
        }

        return value;
    }
}
