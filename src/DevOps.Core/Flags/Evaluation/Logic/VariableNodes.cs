using System.Globalization;

namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>An attribute, by its path (<c>address.country</c>, <c>list.0</c>), or the second argument when there is none.</summary>
internal sealed class VariableNode : LogicNode
{
    private readonly LogicNode? _path;

    private readonly LogicNode? _otherwise;

    // The path of most rules stands in the rule: it is taken apart once.
    private readonly string[]? _steps;

    public VariableNode(LogicNode[] arguments)
    {
        _path = arguments.Length > 0 ? arguments[0] : null;
        _otherwise = arguments.Length > 1 ? arguments[1] : null;
        if (_path is null or ConstantNode) _steps = VariablePath.StepsOf(_path is ConstantNode constant ? constant.Value : LogicValue.Null);
    }

    public override LogicValue Evaluate(in LogicScope scope)
    {
        var found = VariablePath.Find(_steps ?? VariablePath.StepsOf(_path!.Evaluate(scope)), scope);
        return found.IsNull && _otherwise is not null ? _otherwise.Evaluate(scope) : found;
    }
}

/// <summary>Those of the named attributes that are missing.</summary>
internal sealed class MissingNode(LogicNode[] arguments) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope)
    {
        var values = ArrayNode.EvaluateAll(arguments, scope);
        return Among(values is [{ Kind: LogicKind.Array } names, ..] ? names.Items : values, scope);
    }

    public static LogicValue Among(LogicValue[] names, in LogicScope scope)
    {
        var missing = new List<LogicValue>();
        foreach (var name in names)
        {
            if (VariablePath.Find(VariablePath.StepsOf(name), scope).IsNull) missing.Add(name);
        }

        return LogicValue.Of([.. missing]);
    }
}

/// <summary>Nothing when at least so many of the named attributes are there; else those that are missing.</summary>
internal sealed class MissingSomeNode(LogicNode[] arguments) : LogicNode
{
    public override LogicValue Evaluate(in LogicScope scope)
    {
        var values = ArrayNode.EvaluateAll(arguments, scope);
        if (values is not [var wanted, { Kind: LogicKind.Array } names, ..]) return LogicValue.Null;
        var missing = MissingNode.Among(names.Items, scope);
        return names.Items.Length - missing.Items.Length >= wanted.ToNumber() ? LogicValue.Of([]) : missing;
    }
}

/// <summary>Finds attributes by their paths.</summary>
internal static class VariablePath
{
    private const string FlagdName = "$flagd";

    public static string[] StepsOf(LogicValue path) => path.IsNull || path is { Kind: LogicKind.String, Text.Length: 0 } ? [] : path.ToText().Split('.');

    public static LogicValue Find(string[] steps, in LogicScope scope)
    {
        if (scope.IsOutermost && steps is [FlagdName, ..]) return OfFlagd(steps, scope);
        var value = scope.Data;
        foreach (var step in steps) value = Step(value, step);
        return value;
    }

    private static LogicValue Step(LogicValue value, string step) => value.Kind switch
    {
        LogicKind.Object => value.Members.TryGetValue(step, out var member) ? member : LogicValue.Null,
        LogicKind.Array => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.Items.Length ? value.Items[index] : LogicValue.Null,
        _ => LogicValue.Null,
    };

    // What flagd adds to the context itself, whatever the context says.
    private static LogicValue OfFlagd(string[] steps, in LogicScope scope) => steps switch
    {
        [_, "flagKey"] => LogicValue.Of(scope.Flag.Text),
        [_, "timestamp"] => Now(scope),
        [_] => LogicValue.Of(new Dictionary<string, LogicValue>(StringComparer.Ordinal)
        {
            ["flagKey"] = LogicValue.Of(scope.Flag.Text),
            ["timestamp"] = Now(scope),
        }),
        _ => LogicValue.Null,
    };

    // In seconds since 1970.
    private static LogicValue Now(in LogicScope scope) => LogicValue.Of(scope.Time.GetUtcNow().ToUnixTimeSeconds());
}
