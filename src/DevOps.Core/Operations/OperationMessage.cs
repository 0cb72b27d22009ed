namespace DevOps.Core.Operations;

/// <summary>
/// What an operation tells while it works. Operations report through <see cref="IProgress{T}"/> of this type from any
/// thread; whoever started them decides how it is shown.
/// </summary>
public abstract record OperationMessage;

/// <summary>How far a piece of work is.</summary>
/// <param name="Activity">The work, the same text through its life.</param>
/// <param name="Item">The part of it, such as a droplet's name; nothing for the work as a whole. Each item has its own progress line.</param>
/// <param name="Status">What is being done now.</param>
/// <param name="Percent">0 to 100, or nothing when it cannot be known.</param>
/// <param name="IsCompleted">Whether the line can go.</param>
public sealed record ProgressMessage(string Activity, string? Item, string Status, int? Percent = null, bool IsCompleted = false) : OperationMessage;

/// <summary>Something that went well but not as hoped.</summary>
/// <param name="Text">The warning.</param>
public sealed record WarningMessage(string Text) : OperationMessage;

/// <summary>Detail for somebody who wants to know how.</summary>
/// <param name="Text">The detail.</param>
public sealed record VerboseMessage(string Text) : OperationMessage;

/// <summary>Something for the person at the console that is not a result, such as a build's output.</summary>
/// <param name="Text">One line.</param>
public sealed record InformationMessage(string Text) : OperationMessage;

/// <summary>A part failed while the rest goes on.</summary>
/// <param name="Failure">The failure.</param>
public sealed record FailureMessage(DevOpsException Failure) : OperationMessage;

/// <summary>A result that is ready before the operation ends.</summary>
/// <param name="Value">A record of DevOps.Model, or plain data of the base class library.</param>
public sealed record ResultMessage(object Value) : OperationMessage;
