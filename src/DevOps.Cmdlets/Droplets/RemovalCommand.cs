using System.Globalization;
using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Fleets;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>What the cmdlets that remove droplets do alike: they collect what was confirmed and remove it side by side.</summary>
public abstract class RemovalCommand : CloudCommand
{
    private readonly List<Droplet> _confirmed = [];

    /// <summary>Removes protected droplets as well. It does not replace the confirmation (that is -Confirm:$false), and -WhatIf stays a rehearsal.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var account in _confirmed.DistinctBy(droplet => droplet.Id).GroupBy(droplet => droplet.Connection, StringComparer.Ordinal))
        {
            var removal = new DropletRemoval(State(), Session(account.Key));
            Run((progress, ct) => removal.RemoveAsync([.. account], progress, ct));
        }
    }

    /// <summary>Asks whether droplets may be removed. Those that may not are written as errors.</summary>
    /// <param name="droplets">The droplets, all of one account.</param>
    /// <param name="what">How they are called together, such as <c>fleet 'itrust'</c>; nothing for the names alone.</param>
    private protected void Confirm(IReadOnlyList<Droplet> droplets, string? what)
    {
        var allowed = new List<Droplet>();
        foreach (var droplet in droplets)
        {
            try
            {
                DropletRemoval.Check(droplet, Force);
                allowed.Add(droplet);
            }
            catch (DevOpsException failure)
            {
                WriteError(ToErrorRecord(failure));
            }
        }

        if (allowed.Count == 0) return;
        var account = Run((_, ct) => Session(allowed[0].Connection).DescribeAccountAsync(ct));
        var names = string.Join(", ", allowed.Select(droplet => droplet.Name));
        var cost = string.Create(CultureInfo.InvariantCulture, $"${allowed.Sum(droplet => droplet.MonthlyCost):0.00} a month");
        var target = what is null ? $"{names} of {account} ({cost})" : $"{what} of {account}: {names} ({cost})";
        if (ShouldProcess(target, allowed.Count == 1 ? "Remove droplet and all its data" : "Remove droplets and all their data")) _confirmed.AddRange(allowed);
    }
}
