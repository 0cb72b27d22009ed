using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Balancing;

[Trait("Category", "Slow")]
public sealed class BalancerBackendCommandTests : IAsyncDisposable
{
    private readonly BalancerSession _bed = new();
    private readonly BackendServer _third = new("third");

    public async ValueTask DisposeAsync()
    {
        _third.Dispose();
        await _bed.DisposeAsync();
    }

    [Fact]
    public void A_backend_is_added_with_a_name_of_its_role()
    {
        _bed.Begin();
        var added = _bed.Invoke($"Add-BalancerBackend shop {_third.Uri} -Role Canary -Weight 4 -HealthPath /check -PassThru").One<BalancerBackend>();
        Assert.Equal(("canary-2", ApplicationRole.Canary, 4, "/check"), (added.Name, added.Role, added.Weight, added.HealthCheck!.Path));
    }

    [Fact]
    public void An_instance_from_the_pipeline_is_added_under_its_name()
    {
        _bed.Begin();
        var instance = new ApplicationInstance("checkbox", "checkbox-3", "127.0.0.1", _third.Port, ApplicationRole.Production, null, ApplicationHealth.Healthy, null, null, "production");
        var added = _bed.Invoke("$instance | Add-BalancerBackend shop -PassThru", ("instance", instance)).One<BalancerBackend>();
        Assert.Equal(("checkbox-3", 2, _third.Uri), (added.Name, added.Weight, added.Uri));
    }

    [Fact]
    public void Backends_from_the_pipeline_are_weighed()
    {
        _bed.Begin();
        var result = _bed.Invoke("(Get-CanaryBalancer shop).Backends | Where-Object Role -eq Canary | Set-BalancerBackend -Weight 0 -PassThru").One<BalancerBackend>();
        Assert.Equal(("canary-1", 0), (result.Name, result.Weight));
        Assert.Equal("2:0", _bed.Invoke("Get-CanaryBalancer").One<CanaryBalancer>().Split);
    }

    [Fact]
    public void A_backend_is_drained_and_put_back()
    {
        _bed.Begin();
        Assert.Equal(BackendState.Drained, _bed.Invoke("Set-BalancerBackend shop canary-1 -Drain -PassThru").One<BalancerBackend>().State);
        Assert.Equal(BackendState.Up, _bed.Invoke("Set-BalancerBackend shop canary-1 -Drain:$false -PassThru").One<BalancerBackend>().State);
    }

    [Fact]
    public void A_check_of_its_own_can_be_given_and_taken_back()
    {
        _bed.Begin();
        Assert.Equal(5, _bed.Invoke("Set-BalancerBackend shop canary-1 -Fall 5 -PassThru").One<BalancerBackend>().HealthCheck!.Fall);
        Assert.Equal(7, _bed.Invoke("Set-BalancerBackend shop canary-1 -Rise 7 -PassThru").One<BalancerBackend>().HealthCheck!.Rise);
        Assert.Equal((5, "/check"), (_bed.Settings()!.Backends[1].Check!.Fall, _bed.Settings()!.Backends[1].Check!.Path));
        _bed.Invoke("Set-BalancerBackend shop canary-1 -InheritHealth");
        Assert.Null(_bed.Settings()!.Backends[1].Check);
    }

    [Fact]
    public void A_removal_asks_first()
    {
        _bed.Begin();
        _bed.Session.Host.Answers.Enqueue("No");
        _bed.Invoke("Remove-BalancerBackend shop canary-1");
        Assert.Contains("Drain and remove", Assert.Single(_bed.Session.Host.Questions), StringComparison.Ordinal);
        Assert.Equal(2, _bed.Settings()!.Backends.Count);
        _bed.Session.Host.Answers.Enqueue("Yes");
        Assert.Empty(_bed.Invoke("Remove-BalancerBackend shop canary-1").ErrorIds);
        Assert.Equal("production-1", Assert.Single(_bed.Settings()!.Backends).Name);
    }

    [Fact]
    public void With_WhatIf_nothing_is_taken_out_or_removed_even_by_force()
    {
        _bed.Begin();
        _bed.Invoke($"Remove-BalancerBackend shop canary-1 -Force -WhatIf; Set-BalancerBackend shop canary-1 -Drain -WhatIf; Add-BalancerBackend shop {_third.Uri} -WhatIf");
        Assert.Equal(1, _bed.Settings()!.Version);
        Assert.Equal(3, _bed.Session.Host.Lines.Count(line => line.Contains("What if", StringComparison.Ordinal)));
    }

    [Fact]
    public void Mistakes_are_errors_about_the_backend()
    {
        _bed.Begin();
        Assert.Equal(["BackendNotFound"], _bed.Invoke("Set-BalancerBackend shop canary-9 -Weight 1").ErrorIds);
        Assert.Equal(["BackendAddressTaken"], _bed.Invoke($"Add-BalancerBackend shop {_bed.Canary.Uri} -Name another").ErrorIds);
        Assert.Equal(["BackendUriInvalid"], _bed.Invoke("Add-BalancerBackend shop 127.0.0.1:3000").ErrorIds);
        Assert.Equal(["BackendsMissing"], _bed.Invoke("Remove-BalancerBackend shop canary-1, production-1 -Confirm:$false").ErrorIds);
        Assert.Equal(["BalancerNotFound"], _bed.Invoke("Remove-BalancerBackend none canary-1 -Confirm:$false").ErrorIds);
    }
}
