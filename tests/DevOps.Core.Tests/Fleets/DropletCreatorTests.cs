using DevOps.Core.DigitalOcean;
using DevOps.Core.Fleets;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Fleets;

public sealed class DropletCreatorTests : IAsyncDisposable
{
    private const string Run = "0123456789abcdef";

    private static readonly FleetRequest Request = new("web", 1);

    private readonly TestState _state = new();
    private readonly FakeDigitalOcean _api = new();
    private readonly SkippingTime _time = new();
    private readonly CloudSession _session;
    private readonly CreationJournal _journal;
    private readonly FleetWatch _watch;
    private readonly DropletCreator _creator;

    public DropletCreatorTests()
    {
        _api.Connect(_state.State);
        _session = CloudSession.Open(_state.State, connectionName: null);
        _journal = new CreationJournal(_state.State, _api.Address, new ApiAccount("u-1", "", 25, "active", null));
        _watch = new FleetWatch(_session.Droplets, "web", TimeSpan.FromSeconds(1), _time);
        _creator = new DropletCreator(_session.Client, _journal, _watch, new FleetTiming(), _time);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _session.Dispose();
        await _api.DisposeAsync();
        _state.Dispose();
    }

    [Fact]
    public async Task A_droplet_is_written_down_with_its_number_and_bears_the_tags()
    {
        var (droplet, record) = await CreateAsync();
        Assert.Equal(["fleet:web", "managed-by:devops", "run:" + Run], droplet.Tags);
        Assert.Equal(droplet.Id, record.DropletId);
        Assert.Equal(record, _journal.Read("web")["web-1"]);
    }

    [Theory]
    [InlineData(CreationFate.FailedAfter)]
    [InlineData(CreationFate.BrokenAfter)]
    public async Task A_droplet_that_was_made_without_saying_so_is_found_although_lists_lag(CreationFate fate)
    {
        _api.Fates.Enqueue(fate);
        _api.Lag = 5;
        var (droplet, record) = await CreateAsync();
        Assert.Equal(1, _api.Creations);
        Assert.Equal(["web-1"], _api.Names);
        Assert.Equal(droplet.Id, record.DropletId);
    }

    [Fact]
    public async Task A_droplet_that_was_not_made_is_asked_for_again_once_that_is_certain()
    {
        _api.Fates.Enqueue(CreationFate.FailedBefore);
        await CreateAsync();
        Assert.Equal(2, _api.Creations);
        Assert.Equal(["web-1"], _api.Names);
        Assert.True(_time.GetUtcNow() >= new DateTimeOffset(2026, 1, 1, 0, 0, 15, TimeSpan.Zero));
    }

    [Fact]
    public async Task An_API_that_keeps_failing_leaves_the_record_for_the_next_run()
    {
        for (var fate = 0; fate < 3; fate++) _api.Fates.Enqueue(CreationFate.FailedBefore);
        var failure = await Failing.WithAsync("ApiServerError", CreateAsync);
        Assert.Contains("New-DropletFleet web", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.True(_journal.Read("web").ContainsKey("web-1"));
        Assert.Empty(_api.Names);
    }

    [Fact]
    public async Task A_refusal_leaves_no_record()
    {
        _api.Fates.Enqueue(CreationFate.Refused);
        await Failing.WithAsync("ApiUnprocessable", CreateAsync);
        Assert.Equal(1, _api.Creations);
        Assert.Empty(_journal.Read("web"));
    }

    [Fact]
    public async Task The_droplet_of_an_interrupted_run_is_found_by_its_run_and_not_made_again()
    {
        // The process died after the request: no number is known, and the list still lags.
        _api.Add("web-1", "fleet:web", "managed-by:devops", "run:earlier");
        var earlier = new CreationRecord("web-1", "web", "earlier", "key", _time.GetUtcNow());
        var (droplet, record) = await _creator.CreateAsync(Request, "web-1", Run, "aa:bb", isProtected: false, earlier, Ct);
        Assert.Equal(0, _api.Creations);
        Assert.Equal(earlier with { DropletId = droplet.Id }, record);
    }

    [Fact]
    public async Task A_droplet_of_the_same_name_from_another_run_is_not_taken_for_it()
    {
        _api.Add("web-1", "fleet:web", "managed-by:devops", "run:other");
        _api.Fates.Enqueue(CreationFate.FailedBefore);
        var (droplet, _) = await CreateAsync();
        Assert.Contains("run:" + Run, droplet.Tags);
    }

    [Fact]
    public async Task A_protected_fleet_s_droplet_is_protected_from_its_beginning()
    {
        var (droplet, _) = await _creator.CreateAsync(Request, "web-1", Run, "aa:bb", isProtected: true, earlier: null, Ct);
        Assert.Contains(DropletTags.Protected, droplet.Tags);
    }

    private Task<(Droplet Droplet, CreationRecord Record)> CreateAsync() =>
        _creator.CreateAsync(Request, "web-1", Run, "aa:bb", isProtected: false, earlier: null, Ct);
}
