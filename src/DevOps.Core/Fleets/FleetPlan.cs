using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>What would be done for a fleet.</summary>
/// <param name="Request">What is wanted.</param>
/// <param name="Account">The account's e-mail address.</param>
/// <param name="Api">The API's address.</param>
/// <param name="Create">Names of the droplets that are missing.</param>
/// <param name="Finish">Droplets that exist and were never reached, in most cases because a run was interrupted.</param>
/// <param name="Existing">All droplets of the fleet.</param>
/// <param name="Surplus">Droplets of the fleet beyond what is wanted.</param>
/// <param name="MonthlyCostEach">What one droplet costs a month, in US dollars.</param>
public sealed record FleetPlan(
    FleetRequest Request,
    string Account,
    Uri Api,
    IReadOnlyList<string> Create,
    IReadOnlyList<Droplet> Finish,
    IReadOnlyList<Droplet> Existing,
    IReadOnlyList<Droplet> Surplus,
    decimal MonthlyCostEach)
{
    /// <summary>What the missing droplets cost a month, in US dollars.</summary>
    public decimal MonthlyCost => MonthlyCostEach * Create.Count;
}
