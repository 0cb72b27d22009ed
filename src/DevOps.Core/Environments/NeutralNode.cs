namespace DevOps.Core.Environments;

/// <summary>A place in a file.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Column">The column, counted from 1.</param>
public sealed record SourcePosition(int Line, int Column);

/// <summary>
/// A value of a data file together with the place where it stands. Whoever reads the file (the cmdlets read
/// PowerShell's syntax) makes this tree; whoever checks it knows neither that syntax nor its parser.
/// </summary>
/// <param name="At">Where it stands.</param>
public abstract record NeutralNode(SourcePosition At)
{
    /// <summary>What a message calls this kind of value, such as <c>a string</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>Keys with their values, in the order in which they stand. A key may stand twice; the check says so.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Entries">The keys and values.</param>
public sealed record NeutralMap(SourcePosition At, IReadOnlyList<NeutralEntry> Entries) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "a table of keys and values";
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="KeyAt">Where the key stands.</param>
/// <param name="Value">The value.</param>
public sealed record NeutralEntry(string Key, SourcePosition KeyAt, NeutralNode Value);

/// <summary>Values in order.</summary>
/// <param name="At">Where the list begins.</param>
/// <param name="Items">The values.</param>
public sealed record NeutralList(SourcePosition At, IReadOnlyList<NeutralNode> Items) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "a list";
}

/// <summary>Text.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Value">The text.</param>
public sealed record NeutralString(SourcePosition At, string Value) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "a string";
}

/// <summary>A number.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Value">The number.</param>
/// <param name="Text">The number as it is written.</param>
public sealed record NeutralNumber(SourcePosition At, decimal Value, string Text) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "a number";
}

/// <summary>True or false.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Value">Which of the two.</param>
public sealed record NeutralBoolean(SourcePosition At, bool Value) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "true or false";
}

/// <summary>Nothing.</summary>
/// <param name="At">Where it stands.</param>
public sealed record NeutralNull(SourcePosition At) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "nothing";
}

/// <summary>
/// Something in the place of a value that the file's reader could not turn into one and has already reported, such as
/// an expression. The check says nothing more about it.
/// </summary>
/// <param name="At">Where it begins.</param>
public sealed record NeutralUnreadable(SourcePosition At) : NeutralNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "unreadable";
}
