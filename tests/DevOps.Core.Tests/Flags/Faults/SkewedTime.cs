namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>A machine's clock that is wrong, and is set while programs run. What is measured with it is right.</summary>
internal sealed class SkewedTime : TimeProvider
{
    /// <summary>By how much it is wrong.</summary>
    public TimeSpan Skew { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;
}
