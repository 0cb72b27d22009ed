namespace DevOps.Core.Flags.Store;

/// <summary>Which replicas have what was written.</summary>
/// <param name="Wanted">How many were to have it.</param>
/// <param name="Acknowledged">How many said in time that they have it.</param>
/// <param name="Behind">The addresses of linked replicas that did not.</param>
public sealed record ReplicaAcknowledgement(int Wanted, int Acknowledged, IReadOnlyList<string> Behind)
{
    /// <summary>Whether as many have it as wanted.</summary>
    public bool IsEnough => Acknowledged >= Wanted;
}
