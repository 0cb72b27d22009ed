using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Environments;

namespace DevOps.Core.Tests.Deployments;

/// <summary>What is told of a unit whose process ended, by what systemd knows at that moment.</summary>
public sealed class HealthRulesTests
{
    private const string Folder = "f00-1";

    private static readonly ReleaseSeal Seal = new(Folder, "app", "production", new string('f', 40), "a", "b", Port: 80, new HealthCheckDefinition());

    [Fact]
    public void How_a_process_ended_is_told_while_systemd_waits_to_start_another() =>
        Assert.Equal("its process ended: exit status 3", Cause(facts => facts with { ActiveState = "activating", SubState = "auto-restart", Result = "exit-code", ExitStatus = 3 }));

    [Fact]
    public void A_process_that_was_started_again_is_not_said_to_have_ended_well() =>
        Assert.Equal("its process ended, and systemd started another", Cause(facts => facts with { InvocationId = "second", Result = "success" }));

    [Fact]
    public void How_it_ended_is_told_also_when_another_was_started_if_it_is_known() =>
        Assert.Equal("its process ended: killed by signal 9, and systemd started another", Cause(facts => facts with { InvocationId = "second", Result = "signal", ExitStatus = 9 }));

    private static string? Cause(Func<HostFacts, HostFacts> change)
    {
        var facts = new HostFacts { IsUnitLoaded = true, ActiveState = "active", SubState = "running", Result = "success", InvocationId = "first", Folder = Folder, Release = Seal };
        return HealthRules.Judge("app", change(facts), new HealthCheckDefinition(), Folder, "first").Cause;
    }
}
