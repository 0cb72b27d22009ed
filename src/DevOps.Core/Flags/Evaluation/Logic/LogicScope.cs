namespace DevOps.Core.Flags.Evaluation.Logic;

/// <summary>What a rule can see.</summary>
/// <param name="Flag">The flag whose rule it is.</param>
/// <param name="Context">Whom it is evaluated for.</param>
/// <param name="Time">Tells the time, to rules that ask for it.</param>
/// <param name="Data">Inside of <c>map</c> and the like the item at hand; else the attributes.</param>
internal readonly record struct LogicScope(FlagName Flag, FlagContext Context, TimeProvider Time, LogicValue Data)
{
    /// <summary>Whether <see cref="Data"/> are the attributes, beside which <c>$flagd</c> can be seen.</summary>
    public bool IsOutermost { get; init; } = true;

    /// <summary>The scope of an item.</summary>
    public LogicScope Inside(LogicValue item) => this with { Data = item, IsOutermost = false };
}
