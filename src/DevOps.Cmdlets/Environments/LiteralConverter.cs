using System.Globalization;
using System.Management.Automation.Language;
using System.Numerics;
using DevOps.Core.Environments;

namespace DevOps.Cmdlets.Environments;

/// <summary>
/// Turns PowerShell's syntax tree into a neutral one. Only literals have a counterpart there: whatever would have to be
/// run to have a value is reported, and nothing is ever run.
/// </summary>
/// <param name="report">Takes what cannot be turned: where it stands, under which key, and why.</param>
internal sealed class LiteralConverter(Action<SourcePosition, string, string> report)
{
    // Far deeper than any environment, far shallower than the stack.
    private const int DeepestNesting = 32;

    private const string OnlyLiterals = "only literals are allowed: strings, numbers, $true, $false, $null, lists @( … ) and tables @{ … }.";

    /// <summary>Turns a whole file.</summary>
    /// <param name="file">The parsed file.</param>
    /// <returns>The file's table; nothing when it has none, which is reported.</returns>
    public NeutralNode? Convert(ScriptBlockAst file)
    {
        var other = file.ParamBlock ?? file.DynamicParamBlock ?? file.BeginBlock ?? (Ast?)file.ProcessBlock;
        other ??= file.EndBlock?.Traps?.FirstOrDefault();
        var statements = file.EndBlock?.Statements ?? new([]);
        other ??= statements.Skip(1).FirstOrDefault();
        if (other is not null)
        {
            report(PositionOf(other), string.Empty, "Found something outside the table. Expected one table @{ … } and nothing else.");
            return null;
        }

        if (statements.Count == 1) return Convert(statements[0], string.Empty, depth: 0);
        report(new SourcePosition(1, 1), string.Empty, "The file is empty. Expected one table @{ … }.");
        return null;
    }

    private static SourcePosition PositionOf(Ast ast) => new(ast.Extent.StartLineNumber, ast.Extent.StartColumnNumber);

    private NeutralNode Convert(StatementAst statement, string key, int depth) =>
        statement is PipelineAst { PipelineElements: [CommandExpressionAst { Redirections.Count: 0 } only] }
            ? Convert(only.Expression, key, depth)
            : Refuse(statement, key, $"'{Shorten(statement)}' is an expression; {OnlyLiterals}");

    private NeutralNode Convert(ExpressionAst expression, string key, int depth)
    {
        var at = PositionOf(expression);
        if (depth > DeepestNesting) return Refuse(expression, key, $"More than {DeepestNesting} tables and lists stand in each other.");
        return expression switch
        {
            HashtableAst table => ConvertTable(table, key, depth),
            ArrayExpressionAst list => ConvertList(list, key, depth),
            ArrayLiteralAst list => new NeutralList(at, [.. list.Elements.Select((item, index) => Convert(item, ItemKey(key, index, item), depth + 1))]),
            ParenExpressionAst parentheses => Convert(parentheses.Pipeline, key, depth + 1),
            StringConstantExpressionAst text when text.StringConstantType != StringConstantType.BareWord => new NeutralString(at, text.Value),
            ExpandableStringExpressionAst => Refuse(expression, key, $"{Shorten(expression)} is an expression, because a $ in double quotes stands for a variable; {OnlyLiterals} Use single quotes."),
            ConstantExpressionAst number when ToDecimal(number.Value) is { } value => new NeutralNumber(at, value, number.Extent.Text),
            VariableExpressionAst { Splatted: false } variable => ConvertVariable(variable, key),
            _ => Refuse(expression, key, $"'{Shorten(expression)}' is an expression; {OnlyLiterals}"),
        };
    }

    private NeutralMap ConvertTable(HashtableAst table, string path, int depth)
    {
        var entries = new List<NeutralEntry>(table.KeyValuePairs.Count);
        foreach (var (keyNode, valueNode) in table.KeyValuePairs)
        {
            if (keyNode is not StringConstantExpressionAst name)
            {
                report(PositionOf(keyNode), path, $"'{Shorten(keyNode)}' cannot be a key. Expected a name.");
                continue;
            }

            var key = path.Length == 0 ? name.Value : $"{path}.{name.Value}";
            entries.Add(new NeutralEntry(name.Value, PositionOf(keyNode), Convert(valueNode, key, depth + 1)));
        }

        return new NeutralMap(PositionOf(table), entries);
    }

    // In @( … ) each line is a statement of its own, and 1, 2 on one line is a list inside of it.
    private NeutralList ConvertList(ArrayExpressionAst list, string key, int depth)
    {
        var items = new List<NeutralNode>();
        foreach (var trap in list.SubExpression.Traps ?? new([])) items.Add(Refuse(trap, key, $"'{Shorten(trap)}' is a statement; {OnlyLiterals}"));
        foreach (var statement in list.SubExpression.Statements)
        {
            if (statement is PipelineAst { PipelineElements: [CommandExpressionAst { Redirections.Count: 0, Expression: ArrayLiteralAst several }] })
            {
                foreach (var element in several.Elements) items.Add(Convert(element, ItemKey(key, items.Count, element), depth + 1));
            }
            else
            {
                items.Add(Convert(statement, ItemKey(key, items.Count, statement), depth + 1));
            }
        }

        return new NeutralList(PositionOf(list), items);
    }

    private NeutralNode ConvertVariable(VariableExpressionAst variable, string key) => variable.VariablePath.UserPath.ToUpperInvariant() switch
    {
        "TRUE" => new NeutralBoolean(PositionOf(variable), true),
        "FALSE" => new NeutralBoolean(PositionOf(variable), false),
        "NULL" => new NeutralNull(PositionOf(variable)),
        _ => Refuse(variable, key, $"'{Shorten(variable)}' is an expression; {OnlyLiterals}"),
    };

    private NeutralUnreadable Refuse(Ast ast, string key, string message)
    {
        report(PositionOf(ast), key, message);
        return new NeutralUnreadable(PositionOf(ast));
    }

    // A table in a list is called by its name, as the check calls it, or by its number while it has none.
    private static string ItemKey(string key, int index, Ast item)
    {
        var expression = item is PipelineAst { PipelineElements: [CommandExpressionAst only] } ? only.Expression : item;
        var pairs = (expression as HashtableAst)?.KeyValuePairs ?? [];
        var name = pairs.FirstOrDefault(pair => pair.Item1 is StringConstantExpressionAst { Value: var text } && string.Equals(text, "Name", StringComparison.OrdinalIgnoreCase))?.Item2;
        return name is PipelineAst { PipelineElements: [CommandExpressionAst { Expression: StringConstantExpressionAst { Value: var label } }] } && TableLabel.IsReadable(label)
            ? $"{key}.{label}"
            : string.Create(CultureInfo.InvariantCulture, $"{key}[{index}]");
    }

    private static decimal? ToDecimal(object? value)
    {
        try
        {
            return value switch
            {
                double or float when !double.IsFinite(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)) => null,
                BigInteger big => (decimal)big,
                byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => System.Convert.ToDecimal(value, CultureInfo.InvariantCulture),
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static string Shorten(Ast ast)
    {
        const int longest = 40;
        var line = ast.Extent.Text.ReplaceLineEndings(" ");
        return line.Length <= longest ? line : line[..longest] + "…";
    }
}
