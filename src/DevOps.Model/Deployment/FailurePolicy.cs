namespace DevOps.Model;

/// <summary>What happens to the hosts that a deployment has updated when it fails.</summary>
public enum FailurePolicy
{
    /// <summary>They go back to what they served before.</summary>
    Undo,

    /// <summary>They stay as they are.</summary>
    Stop,
}
