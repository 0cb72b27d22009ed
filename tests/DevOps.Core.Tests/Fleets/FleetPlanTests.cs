using DevOps.Core.DigitalOcean;
using DevOps.Core.Fleets;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Fleets;

[Trait("Category", "Slow")]
public sealed class FleetPlanTests : IAsyncDisposable
{
    private const string Pinned = "hostkey:0000000000000000000000000000000000000000000000000000000000000000";

    private readonly TestState _state = new();
    private readonly FakeDigitalOcean _api = new();
    private readonly CloudSession _session;

    public FleetPlanTests()
    {
        _api.Connect(_state.State);
        _session = CloudSession.Open(_state.State, connectionName: null);
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _api.DisposeAsync();
        _state.Dispose();
    }

    [Fact]
    public async Task What_is_missing_is_named_and_its_cost_is_known()
    {
        _api.Add("web-2", "fleet:web", "managed-by:devops", Pinned);
        _api.Add("web-4", "fleet:web", "managed-by:devops");
        _api.Add("web-9", "fleet:web", "managed-by:devops", Pinned);
        var plan = await PlanAsync(new FleetRequest("web", 4));
        Assert.Equal(["web-1", "web-3"], plan.Create);
        Assert.Equal(["web-4"], plan.Finish.Select(droplet => droplet.Name));
        Assert.Equal(["web-9"], plan.Surplus.Select(droplet => droplet.Name));
        Assert.Equal(12, plan.MonthlyCost);
    }

    [Fact]
    public async Task A_plan_changes_nothing()
    {
        await PlanAsync(new FleetRequest("web", 4));
        Assert.All(_api.Requests, request => Assert.Equal("GET", request.Method));
    }

    [Fact]
    public async Task More_than_the_account_may_have_is_refused()
    {
        _api.DropletLimit = 3;
        _api.Add("other-1");
        var failure = await Failing.WithAsync("DropletLimitExceeded", () => PlanAsync(new FleetRequest("web", 3)));
        Assert.Contains("has 1 and may have 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_account_is_refused_with_the_reason()
    {
        _api.Status = "locked";
        var failure = await Failing.WithAsync("AccountNotActive", () => PlanAsync(new FleetRequest("web", 1)));
        Assert.Contains("unpaid", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nope", "nyc3", "debian-12-x64", "SizeNotFound")]
    [InlineData("s-1vcpu-1gb", "nope", "debian-12-x64", "RegionNotFound")]
    [InlineData("s-8vcpu-16gb", "nyc3", "debian-12-x64", "SizeNotInRegion")]
    [InlineData("s-1vcpu-1gb", "nyc3", "nope", "ImageNotFound")]
    public async Task What_the_API_does_not_have_is_refused(string size, string region, string image, string id) =>
        await Failing.WithAsync(id, () => PlanAsync(new FleetRequest("web", 1) { Size = size, Region = region, Image = image }));

    [Theory]
    [InlineData("")]
    [InlineData("web_1")]
    [InlineData("web.1")]
    [InlineData("-web")]
    [InlineData("web-")]
    [InlineData("web\n")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567")]
    public async Task A_name_that_the_API_would_refuse_is_refused_before_anything_is_asked(string name)
    {
        await Failing.WithAsync("FleetNameInvalid", () => PlanAsync(new FleetRequest(name, 1)));
        Assert.Empty(_api.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(501)]
    public async Task A_count_that_no_fleet_can_have_is_refused_before_anything_is_asked(int count)
    {
        await Failing.WithAsync("FleetCountInvalid", () => PlanAsync(new FleetRequest("web", count)));
        Assert.Empty(_api.Requests);
    }

    [Theory]
    [InlineData("echo hello", "UserDataInvalid")]
    [InlineData("#comment", "UserDataInvalid")]
    public async Task User_data_that_would_be_ignored_is_refused(string userData, string id) =>
        await Failing.WithAsync(id, () => PlanAsync(new FleetRequest("web", 1) { UserData = userData }));

    [Fact]
    public async Task User_data_that_is_too_large_is_refused() =>
        await Failing.WithAsync("UserDataTooLarge", () => PlanAsync(new FleetRequest("web", 1) { UserData = "#!/bin/sh\n" + new string('x', 64 * 1024) }));

    private Task<FleetPlan> PlanAsync(FleetRequest request) =>
        new FleetService(_state.State, _session).PlanAsync(request, TestContext.Current.CancellationToken);
}
