using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Flags.Store;

namespace DevOps.Cmdlets.Flags;

/// <summary>What the cmdlets that change feature flags do alike: they say who and why, and wait for replicas.</summary>
public abstract class FeatureFlagWriteCommand : FeatureFlagCommand
{
    /// <summary>Why; the history keeps it.</summary>
    [Parameter]
    [ValidateLength(1, 500)]
    public string? Reason { get; set; }

    /// <summary>How many replicas must have the change before it is done. Without it, all that are linked.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int? ReplicaCount { get; set; }

    /// <summary>How long replicas may take, from 10ms to 10s. A change that too few of them have is made all the same, with a warning.</summary>
    [Parameter]
    [Duration]
    public TimeSpan ReplicaTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ReplicaTimeout < TimeSpan.FromMilliseconds(10) || ReplicaTimeout > TimeSpan.FromSeconds(10))
        {
            ThrowTerminatingError(ToErrorRecord(new DevOpsException("FeatureFlagTimeoutInvalid", FailureKind.InvalidInput, "Replicas may be given from 10ms to 10s.", "Give another -ReplicaTimeout.", ReplicaTimeout)));
        }
    }

    private protected FlagWrite Write(long? ifVersion = null) => new(Operator.Name(), Reason, ifVersion, ReplicaCount, ReplicaTimeout);

    private protected void Warn(string name, ReplicaAcknowledgement replicas)
    {
        if (replicas.IsEnough) return;
        var behind = replicas.Behind.Count == 0 ? string.Empty : $" Not yet there: {string.Join(", ", replicas.Behind)}.";
        WriteWarning($"The change of '{name}' is made, but {replicas.Acknowledged} of {replicas.Wanted} replicas said within {ReplicaTimeout.TotalSeconds:0.###} s that they have it.{behind} Get-FeatureFlagServer shows how they are.");
    }
}
