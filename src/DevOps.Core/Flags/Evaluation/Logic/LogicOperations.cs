namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>The operations that rules can use.</summary>
internal static class LogicOperations
{
    /// <summary>Makes the node of an operation.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">What it works on.</param>
    /// <returns>The node; nothing when there is no such operation.</returns>
    public static LogicNode? Make(string name, LogicNode[] arguments) => name switch
    {
        "var" => new VariableNode(arguments),
        "missing" => new MissingNode(arguments),
        "missing_some" => new MissingSomeNode(arguments),
        "if" or "?:" => new IfNode(arguments),
        "and" => new AndOrNode(arguments, isAnd: true),
        "or" => new AndOrNode(arguments, isAnd: false),
        "!" => new UnaryNode(arguments, value => LogicValue.Of(!value.IsTruthy)),
        "!!" => new UnaryNode(arguments, value => LogicValue.Of(value.IsTruthy)),
        "==" => new BinaryNode(arguments, (left, right) => LogicValue.Of(left.IsLooselyEqual(right))),
        "!=" => new BinaryNode(arguments, (left, right) => LogicValue.Of(!left.IsLooselyEqual(right))),
        "===" => new BinaryNode(arguments, (left, right) => LogicValue.Of(left.IsIdentical(right))),
        "!==" => new BinaryNode(arguments, (left, right) => LogicValue.Of(!left.IsIdentical(right))),
        "<" => new OrderNode(arguments, isDescending: false, orEqual: false),
        "<=" => new OrderNode(arguments, isDescending: false, orEqual: true),
        ">" => new OrderNode(arguments, isDescending: true, orEqual: false),
        ">=" => new OrderNode(arguments, isDescending: true, orEqual: true),
        "in" => new BinaryNode(arguments, TextOperations.In),
        "cat" => new ListNode(arguments, TextOperations.Concatenate),
        "substr" => new ListNode(arguments, TextOperations.Substring),
        "starts_with" => new ListNode(arguments, TextOperations.StartsWith),
        "ends_with" => new ListNode(arguments, TextOperations.EndsWith),
        "sem_ver" => new ListNode(arguments, SemanticVersions.Compare),
        "+" => new ListNode(arguments, Arithmetic.Add),
        "-" => new ListNode(arguments, Arithmetic.Subtract),
        "*" => new ListNode(arguments, Arithmetic.Multiply),
        "/" => new ListNode(arguments, Arithmetic.Divide),
        "%" => new ListNode(arguments, Arithmetic.Remainder),
        "min" => new ListNode(arguments, values => Arithmetic.Extreme(values, Math.Min)),
        "max" => new ListNode(arguments, values => Arithmetic.Extreme(values, Math.Max)),
        "merge" => new ListNode(arguments, ArrayOperations.Merge),
        "map" => new ItemsNode(arguments, ArrayOperations.Map),
        "filter" => new ItemsNode(arguments, ArrayOperations.Filter),
        "all" => new ItemsNode(arguments, ArrayOperations.All),
        "some" => new ItemsNode(arguments, ArrayOperations.Some),
        "none" => new ItemsNode(arguments, ArrayOperations.None),
        "reduce" => new ReduceNode(arguments),
        "fractional" => new FractionalNode(arguments),
        _ => null,
    };
}
