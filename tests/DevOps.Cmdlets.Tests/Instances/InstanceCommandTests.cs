using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Instances;

[Trait("Category", "Slow")]
public sealed class InstanceCommandTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void Instances_of_hosts_that_do_not_answer_are_listed_with_the_cause()
    {
        var instances = _bed.Session.Invoke("Get-ApplicationInstance").Objects<ApplicationInstance>();

        Assert.Equal(["web-1", "web-2"], instances.Select(instance => instance.Instance));
        Assert.All(instances, instance => Assert.Equal((ApplicationHealth.Unreachable, "production"), (instance.Health, instance.Environment)));
        Assert.All(instances, instance => Assert.False(string.IsNullOrEmpty(instance.Cause)));
    }

    [Theory]
    [InlineData("Get-ApplicationInstance SHOP web-2", "web-2")]
    [InlineData("Get-ApplicationInstance * *-1", "web-1")]
    [InlineData("Get-ApplicationInstance none* ", "")]
    [InlineData("Get-ApplicationInstance shop none*", "")]
    [InlineData("Get-ApplicationInstance | Get-ApplicationInstance -Instance web-1", "web-1 web-1")]
    public void Instances_are_found_by_application_and_droplet(string script, string names)
    {
        var result = _bed.Session.Invoke(script);

        Assert.Empty(result.ErrorIds);
        Assert.Equal(names, string.Join(' ', result.Objects<ApplicationInstance>().Select(instance => instance.Instance)));
    }

    [Theory]
    [InlineData("Get-ApplicationInstance nope", "ApplicationNotFound")]
    [InlineData("Get-ApplicationInstance nope web-1", "ApplicationNotFound")]
    [InlineData("Get-ApplicationInstance shop web-9", "InstanceNotFound")]
    [InlineData("Get-ApplicationInstance -Environment unheard-of", "EnvironmentNotFound")]
    [InlineData("Get-ApplicationLog nope", "ApplicationNotFound")]
    [InlineData("Get-ApplicationLog nope -Environment production", "ApplicationNotFound")]
    [InlineData("Get-ApplicationLog shop web-9", "InstanceNotFound")]
    [InlineData("Get-ApplicationLog shop -Environment unheard-of", "EnvironmentNotFound")]
    [InlineData("Start-ApplicationInstance nope web-1", "ApplicationNotFound")]
    [InlineData("Start-ApplicationInstance shop web-9", "InstanceNotFound")]
    [InlineData("Start-ApplicationInstance shop 'web-*'", "InstanceNotFound")]
    [InlineData("Start-ApplicationInstance shop web-1", "InstanceUnreachable")]
    [InlineData("Stop-ApplicationInstance shop web-1 -Confirm:$false", "InstanceUnreachable")]
    [InlineData("Restart-ApplicationInstance shop web-1, web-2", "InstanceUnreachable")]
    public void What_is_not_there_or_does_not_answer_is_one_error(string script, string id) =>
        Assert.Equal([id], _bed.Session.Invoke(script).ErrorIds);

    [Fact]
    public void Starting_goes_on_with_the_next_instance_after_an_error() =>
        Assert.Equal(["InstanceUnreachable", "InstanceUnreachable"], _bed.Session.Invoke("Start-ApplicationInstance shop web-1, web-2").ErrorIds);

    [Fact]
    public void A_log_gives_one_error_for_each_host_that_does_not_answer()
    {
        var result = _bed.Session.Invoke("Get-ApplicationLog shop -Tail 5");

        Assert.Equal(["InstanceUnreachable", "InstanceUnreachable"], result.ErrorIds);
        Assert.Equal(["web-1", "web-2"], result.Errors.Select(error => error.TargetObject).Order());
    }

    [Fact]
    public void A_log_of_some_instances_asks_no_other() =>
        Assert.Equal(["web-2"], _bed.Session.Invoke("Get-ApplicationLog shop *-2").Errors.Select(error => error.TargetObject));

    [Fact]
    public void An_application_of_two_environments_must_be_said_of_which()
    {
        _bed.Know("trial");

        var error = Assert.Single(_bed.Session.Invoke("Start-ApplicationInstance shop web-1").Errors);

        Assert.StartsWith("EnvironmentAmbiguous,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("production, trial", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(["InstanceUnreachable"], _bed.Session.Invoke("Start-ApplicationInstance shop web-1 -Environment trial").ErrorIds);
    }

    [Fact]
    public async Task An_environment_in_which_is_deployed_is_left_alone()
    {
        await using var deployment = StateLock.TryAcquire(_bed.State, "environments", "production", "lock");

        Assert.Equal(["EnvironmentBusy"], _bed.Session.Invoke("Start-ApplicationInstance shop web-1").ErrorIds);
    }

    [Theory]
    [InlineData("Start-ApplicationInstance shop web-1, web-2 -WhatIf")]
    [InlineData("Stop-ApplicationInstance shop web-1, web-2 -WhatIf")]
    [InlineData("Restart-ApplicationInstance shop web-1, web-2 -WhatIf")]
    public void WhatIf_names_each_instance_and_asks_nobody(string script)
    {
        Assert.Empty(_bed.Session.Invoke(script).ErrorIds);

        Assert.Equal(2, _bed.Session.Host.Lines.Count);
        Assert.All(_bed.Session.Host.Lines, line => Assert.Contains("shop on web-", line, StringComparison.Ordinal));
        Assert.Empty(_bed.Api.Requests);
    }
}
