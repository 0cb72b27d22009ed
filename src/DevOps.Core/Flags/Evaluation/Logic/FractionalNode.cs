using System.Buffers;
using System.Text;

namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>
/// flagd's roll-out: spreads users over variants by weight, each always to the same one
/// (https://flagd.dev/reference/custom-operations/fractional-operation/).
/// </summary>
/// <remarks>
/// The hash, a number below 2³², is scaled to the sum of the weights; the variant is the first whose weights, added up, exceed it. A growing
/// first share therefore keeps everybody whom it had.
/// </remarks>
internal sealed class FractionalNode : LogicNode
{
    private const int MaximalTotal = int.MaxValue;

    // Longer keys than this are hashed in borrowed memory.
    private const int MaximalOnStack = 512;

    private readonly LogicNode[] _arguments;

    // Of a rule whose shares stand in it, which is nearly every one: the shares, and the argument before them, if any.
    private readonly Share[]? _shares;

    private readonly LogicNode? _bucketBy;

    public FractionalNode(LogicNode[] arguments)
    {
        _arguments = arguments;
        var shares = arguments;
        if (arguments is [not (ConstantNode { Value.Kind: LogicKind.Array } or ArrayNode), ..])
        {
            _bucketBy = arguments[0];
            shares = arguments[1..];
        }

        if (shares.Length > 0 && shares.All(share => share is ConstantNode)) _shares = SharesOf([.. shares.Cast<ConstantNode>().Select(share => share.Value)]);
    }

    public override LogicValue Evaluate(in LogicScope scope)
    {
        if (_shares is null) return EvaluateAll(scope);
        var by = _bucketBy?.Evaluate(scope) ?? LogicValue.Null;

        // What is neither a text nor nothing can only be a share.
        return by.Kind switch
        {
            LogicKind.String => Choose(_shares, Hash([], by.Text)),
            LogicKind.Null => ChooseByKey(_shares, scope),
            _ => EvaluateAll(scope),
        };
    }

    private LogicValue EvaluateAll(in LogicScope scope)
    {
        var values = ArrayNode.EvaluateAll(_arguments, scope);
        var by = values.Length > 0 ? values[0] : LogicValue.Null;
        var isFirstShare = values.Length > 0 && by.Kind is not (LogicKind.String or LogicKind.Null);
        if (values.Length == 0 || SharesOf(isFirstShare ? values : values[1..]) is not { } shares) return LogicValue.Null;
        return by.Kind == LogicKind.String ? Choose(shares, Hash([], by.Text)) : ChooseByKey(shares, scope);
    }

    private static LogicValue ChooseByKey(Share[] shares, in LogicScope scope) =>
        scope.Context.TargetingKey is { } key ? Choose(shares, Hash(scope.Flag.Utf8, key)) : LogicValue.Null;

    private static LogicValue Choose(Share[] shares, uint hash)
    {
        if (shares.Length == 0) return LogicValue.Null;
        var bucket = (hash * (ulong)shares[^1].End) >> 32;
        foreach (var share in shares)
        {
            if (bucket < (ulong)share.End) return share.Variant;
        }

        // The weights are all zero.
        return LogicValue.Null;
    }

    private static uint Hash(ReadOnlySpan<byte> flag, string text)
    {
        var size = flag.Length + Encoding.UTF8.GetMaxByteCount(text.Length);
        var borrowed = size > MaximalOnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        var bytes = borrowed ?? stackalloc byte[MaximalOnStack];
        flag.CopyTo(bytes);
        var length = flag.Length + Encoding.UTF8.GetBytes(text, bytes[flag.Length..]);
        var hash = MurmurHash3.Hash(bytes[..length]);
        if (borrowed is not null) ArrayPool<byte>.Shared.Return(borrowed);
        return hash;
    }

    // Nothing when they make no sense.
    private static Share[]? SharesOf(LogicValue[] values)
    {
        var shares = new Share[values.Length];
        long end = 0;
        for (var index = 0; index < values.Length; index++)
        {
            if (values[index] is not { Kind: LogicKind.Array } share || share.Items.Length == 0) return null;
            var variant = share.Items[0];
            var weight = share.Items.Length > 1 && !share.Items[1].IsNull ? share.Items[1] : LogicValue.Of(1);
            if (variant.Kind is LogicKind.Array or LogicKind.Object || weight.Kind != LogicKind.Number || weight.ToNumber() != Math.Truncate(weight.ToNumber())) return null;

            // A computed weight may fall below zero; flagd takes it for zero.
            if (weight.ToNumber() > MaximalTotal || (end += (long)Math.Max(0, weight.ToNumber())) > MaximalTotal) return null;
            shares[index] = new Share(variant, end);
        }

        return shares;
    }

    private readonly record struct Share(LogicValue Variant, long End);
}
