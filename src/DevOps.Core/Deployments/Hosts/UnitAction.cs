namespace DevOps.Core.Deployments.Hosts;

/// <summary>What can be done to an application that is deployed.</summary>
public enum UnitAction
{
    /// <summary>Start it when it does not run.</summary>
    Start,

    /// <summary>Stop it.</summary>
    Stop,

    /// <summary>Stop it and start it again.</summary>
    Restart,
}
