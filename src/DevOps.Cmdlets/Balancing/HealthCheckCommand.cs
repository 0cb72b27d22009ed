using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Balancing;

namespace DevOps.Cmdlets.Balancing;

/// <summary>What the cmdlets that say how backends are checked have in common.</summary>
public abstract class HealthCheckCommand : BalancerCommand
{
    private const int MostAnswers = 100;

    /// <summary>The path that a check asks for, such as /health. An answer from 200 to 399 is good. A new balancer asks for /.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthPath { get; set; }

    /// <summary>The time between two checks. For a new balancer one second.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? HealthInterval { get; set; }

    /// <summary>How long an answer to a check may take. For a new balancer two seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? HealthTimeout { get; set; }

    /// <summary>How many checks must fail in a row until a backend gets no more requests. For a new balancer 2. A connection that cannot be made counts at once.</summary>
    [Parameter]
    [ValidateRange(1, MostAnswers)]
    public int? Fall { get; set; }

    /// <summary>How many checks must pass in a row until it gets its share again. For a new balancer 2.</summary>
    [Parameter]
    [ValidateRange(1, MostAnswers)]
    public int? Rise { get; set; }

    /// <summary>What is to be different about checks.</summary>
    /// <returns>The changes.</returns>
    private protected CheckChanges CheckChanges() => new() { Path = HealthPath, Interval = HealthInterval, Timeout = HealthTimeout, Fall = Fall, Rise = Rise };

    /// <summary>Whether anything is to be different about checks.</summary>
    /// <returns>Whether one of the parameters was given.</returns>
    private protected bool ChangesCheck() => HealthPath is not null || HealthInterval is not null || HealthTimeout is not null || Fall is not null || Rise is not null;
}
