using Semver;

namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>flagd's comparison of semantic versions: <c>{"sem_ver":[{"var":"version"},">=","1.2.0"]}</c>.</summary>
internal static class SemanticVersions
{
    // As flagd: v1.2.3, and 1 and 1.2 for what they leave off.
    private const SemVersionStyles Lenient = SemVersionStyles.AllowV | SemVersionStyles.OptionalMinorPatch;

    /// <summary>Compares two versions by the operator between them: =, !=, &lt;, &lt;=, &gt;, &gt;=, ^ (the same major), ~ (also the same minor).</summary>
    public static LogicValue Compare(LogicValue[] values)
    {
        if (values.Length != 3 || Parse(values[0]) is not { } left || Parse(values[2]) is not { } right) return LogicValue.Null;
        var order = SemVersion.ComparePrecedence(left, right);
        return values[1].ToText() switch
        {
            "=" => LogicValue.Of(order == 0),
            "!=" => LogicValue.Of(order != 0),
            "<" => LogicValue.Of(order < 0),
            "<=" => LogicValue.Of(order <= 0),
            ">" => LogicValue.Of(order > 0),
            ">=" => LogicValue.Of(order >= 0),
            "^" => LogicValue.Of(left.Major == right.Major),
            "~" => LogicValue.Of(left.Major == right.Major && left.Minor == right.Minor),
            _ => LogicValue.Null,
        };
    }

    private static SemVersion? Parse(LogicValue value) =>
        value.Kind is LogicKind.String or LogicKind.Number && SemVersion.TryParse(value.ToText(), Lenient, out var version) ? version : null;
}
