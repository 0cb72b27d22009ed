namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>A part of a rule.</summary>
internal abstract class LogicNode
{
    /// <summary>Evaluates it. It never fails: what makes no sense is null, as in flagd.</summary>
    public abstract LogicValue Evaluate(in LogicScope scope);
}

/// <summary>A value that stands in the rule itself.</summary>
internal sealed class ConstantNode(LogicValue value) : LogicNode
{
    public LogicValue Value => value;

    public override LogicValue Evaluate(in LogicScope scope) => value;
}

/// <summary>An array, some of whose items are rules.</summary>
internal sealed class ArrayNode(LogicNode[] items) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope) => LogicValue.Of(EvaluateAll(items, scope));

    public static LogicValue[] EvaluateAll(LogicNode[] nodes, in LogicScope scope)
    {
        var values = new LogicValue[nodes.Length];
        for (var index = 0; index < nodes.Length; index++) values[index] = nodes[index].Evaluate(scope);
        return values;
    }
}
