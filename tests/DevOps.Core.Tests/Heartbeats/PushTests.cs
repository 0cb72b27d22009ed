using System.Runtime.Versioning;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Pushes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Jobs that call when they have run.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PushTests : IDisposable
{
    private const string Name = "backup";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly DateTimeOffset Begin = new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly HeartbeatTarget Hourly = new() { Name = Name, Uri = new Uri("push://backup"), Period = TimeSpan.FromHours(1) };

    private readonly TestState _state = new();
    private readonly FakeTimeProvider _time = new(Begin);
    private readonly HeartbeatChecker _checker;

    public PushTests() => _checker = new HeartbeatChecker(_state.State, _time);

    private HeartbeatTargetStore Targets => new(_state.State, _time);

    private PushStore Pushes => new(_state.State, _time);

    public void Dispose()
    {
        _checker.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task One_that_has_not_been_called_yet_is_unknown()
    {
        Targets.Add(Hourly, replaces: false);
        _time.Advance(TimeSpan.FromMinutes(66));
        await IsAsync(HeartbeatState.Unknown, "it has not been called yet", "it should be every 1 h");
    }

    [Fact]
    public async Task One_that_was_never_called_in_its_time_is_down()
    {
        Targets.Add(Hourly, replaces: false);
        _time.Advance(TimeSpan.FromMinutes(67));
        await IsAsync(HeartbeatState.Down, "it was never called since it was added 2026-05-01 10:00:00 UTC; it should be every 1 h", null);
    }

    [Fact]
    public async Task One_that_is_called_is_up()
    {
        Targets.Add(Hourly, replaces: false);
        Pushes.Record(Name, HeartbeatOutcome.Succeeded, "4 GB\r\nin 3 files", "data-1", "root");
        _time.Advance(TimeSpan.FromMinutes(3));
        await IsAsync(HeartbeatState.Up, null, "called 3 min ago by root@data-1: 4 GB in 3 files");
    }

    [Fact]
    public async Task One_that_is_overdue_is_down()
    {
        Targets.Add(Hourly, replaces: false);
        Pushes.Record(Name, HeartbeatOutcome.Succeeded);
        _time.Advance(TimeSpan.FromMinutes(67));
        await IsAsync(HeartbeatState.Down, "it was not called since 2026-05-01 10:00:00 UTC; it should be every 1 h", "called 1 h ago");
    }

    [Theory]
    [InlineData(30, null, 40, 41)]
    [InlineData(3600, null, 3960, 3961)]
    [InlineData(3600, 5, 3605, 3606)]
    [InlineData(3600, 0, 3600, 3601)]
    public async Task A_call_may_come_as_late_as_the_grace_allows(int period, int? grace, int inTime, int late)
    {
        Targets.Add(Hourly with { Period = TimeSpan.FromSeconds(period), Grace = grace is { } own ? TimeSpan.FromSeconds(own) : null }, replaces: false);
        Pushes.Record(Name, HeartbeatOutcome.Succeeded);
        _time.Advance(TimeSpan.FromSeconds(inTime));
        Assert.Equal(HeartbeatState.Up, (await CheckAsync()).State);
        _time.Advance(TimeSpan.FromSeconds(late - inTime));
        Assert.Equal(HeartbeatState.Down, (await CheckAsync()).State);
    }

    [Theory]
    [InlineData("disk full", "the job failed: disk full")]
    [InlineData(null, "the job failed")]
    [InlineData("\r\n", "the job failed")]
    public async Task One_whose_job_has_failed_is_down_with_what_it_said(string? message, string cause)
    {
        Targets.Add(Hourly, replaces: false);
        Pushes.Record(Name, HeartbeatOutcome.Failed, message);
        await IsAsync(HeartbeatState.Down, cause, "called 0 s ago");
    }

    [Fact]
    public async Task A_clock_that_is_set_back_makes_no_call_of_the_future()
    {
        Targets.Add(Hourly, replaces: false);
        Pushes.Record(Name, HeartbeatOutcome.Succeeded);
        using var checker = new HeartbeatChecker(_state.State, new FakeTimeProvider(Begin - TimeSpan.FromDays(1)));
        var result = await checker.CheckAsync(Targets.Get(Name), TestContext.Current.CancellationToken);
        Assert.Equal((HeartbeatState.Up, "called 0 s ago"), (result.State, result.Evidence));
    }

    [Fact]
    public async Task A_call_that_cannot_be_read_is_down()
    {
        Targets.Add(Hourly, replaces: false);
        _state.State.Write(FileOf("json"), "{"u8);
        Assert.StartsWith("its last call cannot be read: ", (await CheckAsync()).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_one_line_of_300_characters()
    {
        Targets.Add(Hourly, replaces: false);
        var call = Pushes.Record(Name, HeartbeatOutcome.Succeeded, new string('x', 1_000));
        Assert.Equal(300, call.Message!.Length);
        Assert.Equal(call, Pushes.Last(Name));
    }

    [Fact]
    public void Only_what_jobs_call_is_called()
    {
        Failing.With("HeartbeatTargetNotFound", () => Pushes.Record(Name, HeartbeatOutcome.Succeeded));
        Failing.With("HeartbeatTargetNotFound", () => Pushes.Record("../x", HeartbeatOutcome.Succeeded));
        Targets.Add(HeartbeatBed.Target(new Uri("http://a/")), replaces: false);
        Failing.With("HeartbeatNotPushed", () => Pushes.Record("shop", HeartbeatOutcome.Succeeded));
    }

    [Fact]
    public void A_job_is_known_by_the_target_s_own_secret()
    {
        Targets.Add(Hourly, replaces: false);
        var secret = Secret();
        Assert.Matches(@"^[0-9a-f]{64}\z", secret);
        Assert.Equal(OwnerFile, File.GetUnixFileMode(FileOf("header")));
        Assert.True(Pushes.IsAllowed(Name, secret));
        foreach (var wrong in (string[])["", "x", secret[..^1], secret + "0", secret.ToUpperInvariant(), new string('0', 64)]) Assert.False(Pushes.IsAllowed(Name, wrong));
        Assert.False(Pushes.IsAllowed("other", secret));
        Assert.False(Pushes.IsAllowed("../pushes/backup", secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authorization: Bearer \n")]
    [InlineData("Authorization: Bearer short\n")]
    public void A_damaged_secret_lets_nobody_in(string text)
    {
        Targets.Add(Hourly, replaces: false);
        File.WriteAllText(FileOf("header"), text);
        Assert.False(Pushes.IsAllowed(Name, ""));
        Assert.False(Pushes.IsAllowed(Name, "short"));
    }

    [Fact]
    public void A_target_that_is_replaced_keeps_its_secret()
    {
        Targets.Add(Hourly, replaces: false);
        var secret = Secret();
        Targets.Add(Hourly with { Period = TimeSpan.FromDays(1) }, replaces: true);
        Assert.Equal(secret, Secret());
    }

    [Fact]
    public void A_target_that_is_removed_takes_its_calls_and_its_secret_along()
    {
        Targets.Add(Hourly, replaces: false);
        Pushes.Record(Name, HeartbeatOutcome.Succeeded);
        Targets.Remove(Name);
        Assert.Empty(Directory.GetFiles(_state.State.PathOf("heartbeats", "pushes")));
    }

    [Fact]
    public void Another_kind_of_target_of_the_same_name_does_too()
    {
        Targets.Add(Hourly, replaces: false);
        Targets.Add(HeartbeatBed.Target(new Uri("http://a/"), Name), replaces: true);
        Assert.False(File.Exists(FileOf("header")));
    }

    [Fact]
    public async Task That_it_has_not_been_called_yet_is_told_when_a_watch_begins_and_raises_no_alert()
    {
        Targets.Add(Hourly, replaces: false);
        var tracker = new HeartbeatTracker(Targets.Get(Name), _time);
        var (heartbeat, hasChanged) = tracker.Take(await CheckAsync());
        Assert.Equal(("backup Unknown: it has not been called yet", true), (heartbeat.ToString(), hasChanged));
        var alerts = new List<Alert>();
        var raising = new HeartbeatAlerts(_state.State, _time, told =>
        {
            alerts.AddRange(told);
            return Task.CompletedTask;
        });
        await raising.RaiseAsync([heartbeat], new Progress<Core.Operations.OperationMessage>(), TestContext.Current.CancellationToken);
        Pushes.Record(Name, HeartbeatOutcome.Succeeded);
        var (called, _) = tracker.Take(await CheckAsync());
        await raising.RaiseAsync([called], new Progress<Core.Operations.OperationMessage>(), TestContext.Current.CancellationToken);
        Assert.Equal((HeartbeatState.Up, null), (called.State, called.Latency));
        Assert.Empty(alerts);
    }

    private string Secret() => File.ReadAllText(Pushes.HeaderFile(Name)).Trim()["Authorization: Bearer ".Length..];

    private string FileOf(string extension) => _state.State.PathOf("heartbeats", "pushes", $"{Name}.{extension}");

    private Task<CheckResult> CheckAsync() => _checker.CheckAsync(Targets.Get(Name), TestContext.Current.CancellationToken);

    private async Task IsAsync(HeartbeatState state, string? cause, string? evidence)
    {
        var result = await CheckAsync();
        Assert.Equal((state, cause, evidence), (result.State, result.Cause, result.Evidence));
    }
}
