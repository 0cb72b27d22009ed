using System.Text.Json;

namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>
/// Turns a JsonLogic rule (https://jsonlogic.com) into nodes, once, so that an evaluation reads no JSON.
/// It knows the operations of JsonLogic and those that flagd adds (https://flagd.dev/reference/custom-operations/fractional-operation/).
/// </summary>
internal static class LogicCompiler
{
    // As deep as System.Text.Json reads by itself; a rule that a person wrote is far from it.
    private const int MaximalDepth = 64;

    /// <summary>Compiles a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The rule's outermost node.</returns>
    /// <exception cref="FormatException">An operation is unknown, or the rule is too deep; the message says which.</exception>
    public static LogicNode Compile(JsonElement rule) => Compile(rule, 0);

    private static LogicNode Compile(JsonElement rule, int depth)
    {
        if (depth > MaximalDepth) throw new FormatException($"it is nested more than {MaximalDepth} levels deep");
        if (rule.ValueKind == JsonValueKind.Array)
        {
            LogicNode[] items = [.. rule.EnumerateArray().Select(item => Compile(item, depth + 1))];
            return items.All(item => item is ConstantNode)
                ? new ConstantNode(LogicValue.Of([.. items.Cast<ConstantNode>().Select(item => item.Value)]))
                : new ArrayNode(items);
        }

        // An object with another number of members is data.
        if (rule.ValueKind != JsonValueKind.Object || rule.EnumerateObject().Count() != 1) return new ConstantNode(LogicValue.Of(rule));
        var operation = rule.EnumerateObject().Single();
        LogicNode[] arguments = operation.Value.ValueKind == JsonValueKind.Array
            ? [.. operation.Value.EnumerateArray().Select(argument => Compile(argument, depth + 1))]
            : [Compile(operation.Value, depth + 1)];
        return LogicOperations.Make(operation.Name, arguments) ?? throw new FormatException($"there is no operation '{operation.Name}'");
    }
}
