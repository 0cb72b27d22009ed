using DevOps.Core.Balancing;
using DevOps.Model;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Balancing;

/// <summary>How backends go down and come back, and what is told of it.</summary>
public sealed class BackendPoolTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z"));
    private readonly List<BackendChange> _told = [];

    [Fact]
    public void Before_the_first_checks_everybody_is_asked()
    {
        Assert.Equal("2:1", Make(isChecked: false).Table.Split);
    }

    [Theory]
    [InlineData(BackendFailure.NoConnection)]
    [InlineData(BackendFailure.Broken)]
    [InlineData(BackendFailure.Late)]
    [InlineData(BackendFailure.BadAnswer)]
    public void The_first_failure_of_whatever_kind_takes_a_canary_out(BackendFailure failure)
    {
        var pool = Make();
        pool.AttemptFailed(Canary(pool), failure, "GET / failed");
        Assert.Equal("2:0", pool.Table.Split);
        Assert.Equal((BalancerEventKind.BackendDown, "canary", "2:0", "GET / failed"), Told(_told.Single()));
    }

    [Theory]
    [InlineData(BackendFailure.Broken)]
    [InlineData(BackendFailure.Late)]
    [InlineData(BackendFailure.BadAnswer)]
    public void While_a_judge_decides_only_a_missing_connection_takes_a_canary_out(BackendFailure failure)
    {
        var pool = Make(settings => settings with { EjectsFailingCanary = false });
        pool.AttemptFailed(Canary(pool), failure, "GET / failed");
        Assert.Equal("2:1", pool.Table.Split);
        pool.AttemptFailed(Canary(pool), BackendFailure.NoConnection, "refused");
        Assert.Equal("2:0", pool.Table.Split);
    }

    [Fact]
    public void A_production_backend_that_answers_badly_keeps_its_share_and_is_told_of_once_a_minute()
    {
        var pool = Make();
        for (var attempt = 0; attempt < 100; attempt++) pool.AttemptFailed(Production(pool), BackendFailure.BadAnswer, "500");
        _time.Advance(TimeSpan.FromMinutes(2));
        pool.AttemptFailed(Production(pool), BackendFailure.BadAnswer, "500");
        Assert.Equal("2:1", pool.Table.Split);
        Assert.Equal([BalancerEventKind.BackendFailing, BalancerEventKind.BackendFailing], _told.Select(change => change.Kind));
    }

    [Fact]
    public void A_production_backend_goes_out_when_enough_checks_in_a_row_have_failed()
    {
        var pool = Make();
        pool.CheckFailed(Production(pool), BackendFailure.BadAnswer, "500");
        pool.CheckPassed(Production(pool));
        pool.CheckFailed(Production(pool), BackendFailure.BadAnswer, "500");
        Assert.Equal("2:1", pool.Table.Split);
        pool.CheckFailed(Production(pool), BackendFailure.BadAnswer, "500");
        Assert.True(pool.Table.IsEmpty);
        Assert.Equal(BalancerEventKind.AllDown, _told[^1].Kind);
    }

    [Fact]
    public void A_backend_comes_back_when_enough_checks_in_a_row_have_passed()
    {
        var pool = Make();
        pool.AttemptFailed(Canary(pool), BackendFailure.NoConnection, "refused");
        pool.CheckPassed(Canary(pool));
        pool.CheckFailed(Canary(pool), BackendFailure.NoConnection, "refused");
        pool.CheckPassed(Canary(pool));
        Assert.Equal("2:0", pool.Table.Split);
        pool.CheckPassed(Canary(pool));
        Assert.Equal("2:1", pool.Table.Split);
    }

    [Fact]
    public void After_a_recovery_the_cycle_begins_anew_with_production()
    {
        var pool = Make();
        pool.Table.Next();
        pool.AttemptFailed(Canary(pool), BackendFailure.NoConnection, "refused");
        pool.CheckPassed(Canary(pool));
        pool.CheckPassed(Canary(pool));
        Assert.Equal(["production", "production", "canary"], [pool.Table.Next()!.Name, pool.Table.Next()!.Name, pool.Table.Next()!.Name]);
    }

    [Fact]
    public void A_backend_that_goes_down_for_the_fourth_time_within_a_minute_stays_out_although_its_checks_pass()
    {
        var pool = Make();
        for (var down = 1; down <= 4; down++)
        {
            pool.AttemptFailed(Canary(pool), BackendFailure.NoConnection, "refused");
            pool.CheckPassed(Canary(pool));
            pool.CheckPassed(Canary(pool));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("2:0", pool.Table.Split);
        Assert.Contains("4 times within a minute and stays out for 5 s", _told.Last(change => change.Kind == BalancerEventKind.BackendFlapping).Cause, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(5));
        pool.CheckPassed(Canary(pool));
        Assert.Equal("2:1", pool.Table.Split);
    }

    [Fact]
    public void Production_that_failed_leaves_nobody_rather_than_the_canary_alone()
    {
        var pool = Make();
        pool.AttemptFailed(Production(pool), BackendFailure.NoConnection, "refused");
        Assert.True(pool.Table.IsEmpty);
        Assert.Null(pool.Table.Next());
    }

    [Fact]
    public void Production_that_is_held_leaves_the_canary_alone()
    {
        var pool = Make();
        Assert.True(pool.Hold(new HoldRequest("10.0.0.1:8080", "deployment-1", TimeSpan.FromMinutes(1), "updated")));
        Assert.Equal(("0:1", "canary"), (pool.Table.Split, pool.Table.Next()!.Name));
        Assert.True(pool.Hold(new HoldRequest("production", "deployment-1", TimeSpan.Zero, "updated")));
        Assert.Equal("2:1", pool.Table.Split);
    }

    [Fact]
    public void What_two_hold_is_back_when_both_have_given_it_back()
    {
        var pool = Make();
        foreach (var owner in (string[])["one", "two"]) pool.Hold(new HoldRequest("canary", owner, TimeSpan.FromMinutes(1), "updated"));
        pool.Hold(new HoldRequest("canary", "one", TimeSpan.Zero, "updated"));
        Assert.Equal("2:0", pool.Table.Split);
        pool.Hold(new HoldRequest("canary", "two", TimeSpan.Zero, "updated"));
        Assert.Equal("2:1", pool.Table.Split);
        Assert.Equal([BalancerEventKind.BackendDraining, BalancerEventKind.BackendBack], _told.Select(change => change.Kind));
    }

    [Fact]
    public void Nobody_can_hold_a_backend_that_there_is_not()
    {
        Assert.False(Make().Hold(new HoldRequest("stranger", "one", TimeSpan.FromMinutes(1), "updated")));
    }

    [Fact]
    public void A_held_backend_that_is_away_and_comes_back_raises_nothing_but_the_hold()
    {
        var pool = Make();
        pool.Hold(new HoldRequest("canary", "one", TimeSpan.FromMinutes(1), "updated"));
        pool.CheckFailed(Canary(pool), BackendFailure.NoConnection, "refused");
        pool.CheckPassed(Canary(pool));
        pool.Hold(new HoldRequest("canary", "one", TimeSpan.Zero, "updated"));
        Assert.Equal("2:1", pool.Table.Split);
        Assert.Equal([BalancerEventKind.BackendDraining, BalancerEventKind.BackendBack], _told.Select(change => change.Kind));
    }

    [Fact]
    public void Production_that_was_away_while_it_was_held_serves_again_when_it_is_given_back()
    {
        var pool = Make();
        pool.Hold(new HoldRequest("production", "one", TimeSpan.FromMinutes(1), "updated"));
        pool.CheckFailed(Production(pool), BackendFailure.NoConnection, "refused");
        Assert.Equal("0:1", pool.Table.Split);
        pool.Hold(new HoldRequest("production", "one", TimeSpan.Zero, "updated"));
        Assert.Equal("2:0", pool.Table.Split);
        pool.CheckPassed(Production(pool));
        Assert.Equal("2:1", pool.Table.Split);
    }

    [Fact]
    public void New_settings_keep_the_health_and_the_counters_of_backends_that_stay()
    {
        var pool = Make();
        Canary(pool).Begin();
        Canary(pool).End(isError: true);
        pool.Apply(pool.Settings with { Version = 2, Backends = [.. pool.Settings.Backends.Select(backend => backend with { Weight = 5 })] }, "weights");
        var report = pool.Report(0, 0, 0, 0);
        Assert.Equal(("5:5", BackendState.Up, 1), (report.Split, report.Backends[1].State, report.Backends[1].Errors));
    }

    private static Backend Production(BackendPool pool) => pool.Backends[0];

    private static Backend Canary(BackendPool pool) => pool.Backends[1];

    private static (BalancerEventKind Kind, string? Backend, string Split, string? Evidence) Told(BackendChange change) => (change.Kind, change.Backend, change.Split, change.Evidence);

    private BackendPool Make(Func<BalancerSettings, BalancerSettings>? change = null, bool isChecked = true)
    {
        var settings = new BalancerSettings
        {
            Name = "shop",
            Backends =
            [
                new BackendSettings { Name = "production", Uri = new Uri("http://10.0.0.1:8080"), Role = ApplicationRole.Production, Weight = 2 },
                new BackendSettings { Name = "canary", Uri = new Uri("http://10.0.0.2:8080"), Role = ApplicationRole.Canary, Weight = 1 },
            ],
        };
        var pool = new BackendPool(change is null ? settings : change(settings), _time, _told.Add);
        if (!isChecked) return pool;
        foreach (var backend in pool.Backends) pool.CheckPassed(backend);
        _told.Clear();
        return pool;
    }
}
