using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Droplets;

[Trait("Category", "Slow")]
public sealed class DropletCommandTests : IAsyncDisposable
{
    private const string Pinned = "hostkey:0000000000000000000000000000000000000000000000000000000000000000";

    private readonly CmdletSession _session = new();
    private readonly FakeDigitalOcean _api = new();

    public DropletCommandTests()
    {
        _api.Connect(StateFolder.Open(_session.StateFolder));
        _api.Add("web-1", "fleet:web", "managed-by:devops", Pinned);
        _api.Add("web-2", "fleet:web", "managed-by:devops", Pinned);
        _api.Add("data-1", "fleet:data", "managed-by:devops", "protected:devops", Pinned);
        _api.Add("foreign");
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public void WhatIf_shows_names_size_and_monthly_cost_and_makes_nothing()
    {
        var result = _session.Invoke("New-DropletFleet shop -Count 3 -WhatIf");
        Assert.Empty(result.ErrorIds);
        Assert.Empty(result.Output);
        var line = Assert.Single(_session.Host.Lines);
        foreach (var part in (string[])["shop-1, shop-2, shop-3", "s-1vcpu-1gb", "$18.00 a month", "someone@example.com", _api.Address.ToString()])
        {
            Assert.Contains(part, line, StringComparison.Ordinal);
        }

        Assert.Equal(0, _api.Creations);
    }

    [Fact]
    public void A_complete_fleet_is_emitted_and_nothing_is_made()
    {
        var fleet = _session.Invoke("New-DropletFleet web -Count 2").One<DropletFleet>();
        Assert.Equal((2, 2), (fleet.Count, fleet.Ready));
        Assert.Equal(0, _api.Creations);
    }

    [Fact]
    public void Fewer_than_exist_is_a_warning_and_removes_nothing()
    {
        var result = _session.Invoke("New-DropletFleet web -Count 1");
        Assert.Contains("Remove-Droplet web-2", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(4, _api.Names.Count);
    }

    [Fact]
    public void Each_name_that_fails_gives_one_error_and_the_fleet_holds_the_rest()
    {
        _api.Fates.Enqueue(CreationFate.Refused);
        _api.Fates.Enqueue(CreationFate.Refused);
        var result = _session.Invoke("New-DropletFleet web -Count 4");
        Assert.Equal(["ApiUnprocessable", "ApiUnprocessable"], result.ErrorIds);
        Assert.Equal(["web-3", "web-4"], result.Errors.Select(error => error.TargetObject).Order());
        Assert.Equal(["web-1", "web-2"], Assert.Single(result.Objects<DropletFleet>()).Droplets.Select(droplet => droplet.Name));
        Assert.Contains(result.Progress, record => record.Activity == "Fleet web: web-3" && record.RecordType == System.Management.Automation.ProgressRecordType.Completed);
    }

    [Theory]
    [InlineData("Get-Droplet", "data-1 foreign web-1 web-2")]
    [InlineData("Get-Droplet WEB-*", "web-1 web-2")]
    [InlineData("Get-Droplet -Fleet web, data", "data-1 web-1 web-2")]
    [InlineData("Get-Droplet -Id 4", "foreign")]
    [InlineData("(Get-DropletFleet w*).Droplets", "web-1 web-2")]
    public void Droplets_are_found_by_name_fleet_and_number(string script, string names) =>
        Assert.Equal(names, string.Join(' ', _session.Invoke(script).Objects<Droplet>().Select(droplet => droplet.Name)));

    [Theory]
    [InlineData("Get-Droplet nobody", "DropletNotFound")]
    [InlineData("Get-Droplet -Id 99", "DropletNotFound")]
    [InlineData("Get-Droplet -Fleet nobody", "FleetNotFound")]
    [InlineData("Get-Droplet -Fleet web, nobody", "FleetNotFound")]
    [InlineData("Get-DropletFleet nobody", "FleetNotFound")]
    [InlineData("Remove-DropletFleet nobody", "FleetNotFound")]
    [InlineData("Remove-Droplet 'web-*'", "DropletNotFound")]
    [InlineData("Remove-Droplet foreign", "DropletNotManaged")]
    [InlineData("Remove-Droplet data-1", "DropletProtected")]
    [InlineData("Remove-Droplet foreign -Force", "DropletNotManaged")]
    public void What_is_not_there_or_may_not_be_removed_is_one_error(string script, string id)
    {
        Assert.Equal([id], _session.Invoke(script).ErrorIds);
        Assert.Equal(4, _api.Names.Count);
    }

    [Fact]
    public void The_question_before_a_removal_names_account_address_droplets_and_cost()
    {
        _session.Host.Answers.Enqueue("No");
        Assert.Empty(_session.Invoke("Remove-DropletFleet web").ErrorIds);
        var question = Assert.Single(_session.Host.Questions);
        foreach (var part in (string[])["someone@example.com", _api.Address.ToString(), "web-1, web-2", "$12.00 a month"])
        {
            Assert.Contains(part, question, StringComparison.Ordinal);
        }

        Assert.Equal(4, _api.Names.Count);
    }

    [Theory]
    [InlineData("Remove-DropletFleet web -WhatIf")]
    [InlineData("Get-DropletFleet | Remove-DropletFleet -Force -WhatIf")]
    [InlineData("Get-Droplet web-1 | Remove-Droplet -Force -WhatIf -Confirm:$false")]
    public void WhatIf_removes_nothing_even_with_force(string script)
    {
        _session.Invoke(script);
        Assert.Equal(4, _api.Names.Count);
        Assert.DoesNotContain(_api.Requests, request => request.Method == "DELETE");
    }

    [Fact]
    public void A_removal_takes_the_listed_droplets_and_no_others()
    {
        Assert.Empty(_session.Invoke("Get-DropletFleet web | Remove-DropletFleet -Confirm:$false").ErrorIds);
        Assert.Equal(["data-1", "foreign"], _api.Names);
    }

    [Fact]
    public void Force_removes_what_is_protected()
    {
        Assert.Empty(_session.Invoke("Remove-Droplet data-1 -Force -Confirm:$false").ErrorIds);
        Assert.DoesNotContain("data-1", _api.Names);
    }

    [Fact]
    public void Protection_is_a_tag_that_is_set_on_the_droplets_and_shown_when_asked_for()
    {
        Assert.Empty(_session.Invoke("Set-DropletFleet web -Protected").Output);

        var tagging = Assert.Single(_api.Requests, request => request.Method == "POST" && Uri.UnescapeDataString(request.Target) == "/v2/tags/protected:devops/resources");
        foreach (var id in (string[])["\"1\"", "\"2\""]) Assert.Contains(id, tagging.Body, StringComparison.Ordinal);
        Assert.Equal("web", _session.Invoke("Set-DropletFleet web -Protected -PassThru").One<DropletFleet>().Name);
    }

    [Theory]
    [InlineData("Set-DropletFleet nobody -Protected", "FleetNotFound")]
    [InlineData("Set-DropletFleet nobody, web -Protected:$false -WhatIf", "")]
    public void Protection_of_what_is_not_there_or_not_meant_changes_nothing(string script, string id)
    {
        Assert.Equal(id, string.Join(' ', _session.Invoke(script).ErrorIds));
        Assert.DoesNotContain(_api.Requests, request => request.Method is "POST" or "DELETE");
    }

    [Fact]
    public void Names_that_two_droplets_share_need_a_number()
    {
        _api.Add("web-1", "fleet:web", "managed-by:devops");
        Assert.Equal(["DropletNameAmbiguous"], _session.Invoke("Remove-Droplet web-1 -Confirm:$false").ErrorIds);
        Assert.Empty(_session.Invoke("Remove-Droplet -Id 5 -Confirm:$false").ErrorIds);
        Assert.Equal(["web-1", "web-2", "data-1", "foreign"], _api.Names);
    }

    [Fact]
    public void A_command_gives_one_error_for_each_droplet_that_does_not_answer()
    {
        var result = _session.Invoke("Get-DropletFleet web | Invoke-DropletCommand 'true'");
        Assert.Equal(["DropletUnreachable", "DropletUnreachable"], result.ErrorIds);
        Assert.Empty(result.Output);
    }
}
