using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Store;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FlagStoreTests : IAsyncLifetime
{
    private FlagBed _bed = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bed = await FlagBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_flag_that_was_set_is_found_with_all_that_was_said()
    {
        var definition = FlagBed.Of("greeting", """{"state":"DISABLED","variants":{"a":{"text":"é🙂","n":[1,2.5,null]}},"defaultVariant":"a","targeting":{"if":[{"var":"beta"},"a",null]},"metadata":{"owner":"shop"}}""");
        await _bed.Store.ChangeAsync("greeting", _ => definition, FlagBed.Write());
        var found = await _bed.Store.FindAsync("greeting");
        Assert.Equal(FlagFile.Write([definition]), FlagFile.Write([found!.Definition]));
        Assert.Equal(("tester", 1L), (found.ChangedBy, found.Version));
    }

    [Fact]
    public async Task A_Boolean_is_a_plain_key_for_any_program()
    {
        await _bed.SetAsync("featureflag", true);
        Assert.Equal("true", await _bed.Anybody.StringGetAsync("featureflag"));
        await _bed.SetAsync("featureflag", false);
        Assert.Equal("false", await _bed.Anybody.StringGetAsync("featureflag"));
    }

    [Fact]
    public async Task Other_flags_have_no_plain_key()
    {
        await _bed.Store.ChangeAsync("limit", _ => FlagBed.Of("limit", """{"state":"ENABLED","variants":{"v":5},"defaultVariant":"v"}"""), FlagBed.Write());
        Assert.False(await _bed.Anybody.KeyExistsAsync("limit"));
    }

    [Fact]
    public async Task What_another_program_sets_is_a_change_recorded_as_external()
    {
        await _bed.SetAsync("featureflag", false);
        await _bed.Anybody.StringSetAsync("featureflag", "true");
        Assert.Equal(true, await _bed.ValueAsync("featureflag"));
        var change = (await _bed.HistoryAsync())[0];
        Assert.Equal(("external", "false", "true", 2L), (change.By, change.From, change.To, change.Version));
    }

    [Fact]
    public async Task Setting_the_plain_key_enables_a_flag_that_was_disabled()
    {
        await _bed.Store.ChangeAsync("f", _ => FlagBed.Boolean("f", true) with { IsEnabled = false }, FlagBed.Write());
        Assert.Equal("false", await _bed.Anybody.StringGetAsync("f"));
        await _bed.Anybody.StringSetAsync("f", "true");
        Assert.True((await _bed.Store.FindAsync("f"))!.Definition.IsEnabled);
    }

    [Fact]
    public async Task Setting_the_plain_key_ends_a_roll_out()
    {
        await _bed.Store.ChangeAsync("f", _ => new FlagEdit { Value = "true", Percentage = 20 }.Apply("f", null), FlagBed.Write());
        await _bed.Anybody.StringSetAsync("f", "true");
        Assert.Equal(FlagFile.Write([FlagBed.Boolean("f", true)]), FlagFile.Write([(await _bed.Store.FindAsync("f"))!.Definition]));
    }

    [Theory]
    [InlineData("perhaps")]
    [InlineData("")]
    public async Task What_another_program_sets_to_neither_true_nor_false_changes_nothing(string value)
    {
        await _bed.SetAsync("f", true);
        await _bed.Anybody.StringSetAsync("f", value);
        Assert.Equal(true, await _bed.ValueAsync("f"));
        Assert.Single(await _bed.HistoryAsync());
    }

    [Fact]
    public async Task A_key_that_another_program_uses_for_something_else_is_left_alone()
    {
        await _bed.Anybody.ListLeftPushAsync("jobs", "one");
        var failure = await Failing.WithAsync("FeatureFlagKeyTaken", () => _bed.SetAsync("jobs", true));
        Assert.Contains("keeps a list", failure.Message, StringComparison.Ordinal);
        Assert.Null(await _bed.Store.FindAsync("jobs"));
    }

    [Fact]
    public async Task A_switch_that_was_there_before_becomes_the_flag()
    {
        await _bed.Anybody.StringSetAsync("featureflag", "false");
        await _bed.SetAsync("featureflag", true);
        Assert.Equal("true", await _bed.Anybody.StringGetAsync("featureflag"));
    }

    [Fact]
    public async Task A_flag_that_is_so_already_is_not_written_again()
    {
        await _bed.SetAsync("f", true);
        Assert.Equal(1, (await _bed.SetAsync("f", true)).Version);
        Assert.Single(await _bed.HistoryAsync());
    }

    [Fact]
    public async Task A_plain_key_that_another_program_removed_is_put_back_by_the_next_write()
    {
        await _bed.SetAsync("f", true);
        await _bed.Anybody.KeyDeleteAsync("f");
        await _bed.SetAsync("f", true);
        Assert.Equal("true", await _bed.Anybody.StringGetAsync("f"));
    }

    [Fact]
    public async Task A_flag_that_is_removed_leaves_no_key()
    {
        await _bed.SetAsync("f", true);
        await _bed.Store.RemoveAsync("f", FlagBed.Write("not needed"));
        Assert.Null(await _bed.Store.FindAsync("f"));
        Assert.False(await _bed.Anybody.KeyExistsAsync("f"));
        Assert.Equal((FeatureFlagChangeKind.Removed, "not needed"), ((await _bed.HistoryAsync())[0].Kind, (await _bed.HistoryAsync())[0].Reason));
    }

    [Fact]
    public Task What_is_not_there_cannot_be_removed() => Failing.WithAsync("FeatureFlagNotFound", () => _bed.Store.RemoveAsync("f", FlagBed.Write()));

    [Fact]
    public async Task A_write_for_another_version_changes_nothing()
    {
        await _bed.SetAsync("f", true);
        var failure = await Failing.WithAsync("FeatureFlagVersionConflict", () => _bed.Store.ChangeAsync("f", _ => FlagBed.Boolean("f", false), FlagBed.Write(ifVersion: 7)));
        Assert.Contains("has version 1, not version 7", failure.Message, StringComparison.Ordinal);
        Assert.Equal(true, await _bed.ValueAsync("f"));
    }

    [Fact]
    public async Task Of_many_writers_at_once_none_loses_what_another_wrote()
    {
        await _bed.Store.ChangeAsync("list", _ => List(0), FlagBed.Write());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var connection = await FlagBed.ConnectAsync(_bed.Master);
            var store = new FlagStore(connection);
            for (var count = 0; count < 10; count++) await store.ChangeAsync("list", before => List(before!.Definition.Variants[0].Value.GetArrayLength() + 1), FlagBed.Write());
        }, Cancellation)));
        Assert.Equal(40, (await _bed.Store.FindAsync("list"))!.Definition.Variants[0].Value.GetArrayLength());
        Assert.Equal(41, (await _bed.HistoryAsync()).Length);

        static FlagDefinition List(int length) => FlagBed.Of("list", $$"""{"state":"ENABLED","variants":{"v":[{{string.Join(',', Enumerable.Repeat("1", length))}}]},"defaultVariant":"v"}""");
    }

    [Theory]
    [InlineData("with spaces  ")]
    [InlineData("*?[a-z]{}")]
    [InlineData("quote\"'`$(x);&|<>\\")]
    [InlineData("é-ключ-旗-🏁")]
    [InlineData("../../etc/passwd")]
    [InlineData("-rf")]
    [InlineData("0")]
    [InlineData("%s%n")]
    public async Task Odd_names_are_names(string name)
    {
        await _bed.SetAsync(name, true);
        Assert.Equal(true, await _bed.ValueAsync(name));
        Assert.Equal("true", await _bed.Anybody.StringGetAsync(name));
        Assert.Equal([name], (await _bed.Store.AllAsync()).Select(flag => flag.Definition.Name));
    }

    [Fact]
    public async Task A_value_of_a_megabyte_is_kept()
    {
        var text = new string('x', 1024 * 1024);
        await _bed.Store.ChangeAsync("big", _ => FlagBed.Of("big", $$"""{"state":"ENABLED","variants":{"v":"{{text}}"},"defaultVariant":"v"}"""), FlagBed.Write());
        Assert.Equal(text, await _bed.ValueAsync("big"));
    }

    [Fact]
    public async Task Ten_thousand_flags_are_read_and_what_others_set_is_found_among_them()
    {
        for (var start = 0; start < 10_000; start += 500) await Task.WhenAll(Enumerable.Range(start, 500).Select(number => _bed.Store.ChangeAsync($"flag-{number}", _ => FlagBed.Boolean($"flag-{number}", false), FlagBed.Write(ifVersion: 0))));
        await _bed.Anybody.StringSetAsync("flag-7777", "true");
        var flags = await _bed.Store.AllAsync();
        Assert.Equal(10_000, flags.Count);
        Assert.Equal(["flag-7777"], flags.Where(flag => flag.ChangedBy == FlagStore.External).Select(flag => flag.Definition.Name));
    }

    [Fact]
    public async Task Changes_are_told_as_they_are_made_in_order_and_once()
    {
        await _bed.SetAsync("before", true);
        var heard = _bed.Store.WatchAsync(Cancellation).Take(5).Select(change => $"{change.Name} {change.To} {change.Version}").ToArrayAsync(Cancellation).AsTask();
        await SubscribedAsync();
        for (var count = 0; count < 5; count++) await _bed.SetAsync("f", count % 2 == 0);
        Assert.Equal(["f true 2", "f false 3", "f true 4", "f false 5", "f true 6"], await heard);
    }

    [Fact]
    public async Task What_another_program_sets_is_told_to_those_who_watch()
    {
        await _bed.SetAsync("f", false);
        var heard = _bed.Store.WatchAsync(Cancellation).FirstAsync(Cancellation).AsTask();
        await SubscribedAsync();
        await _bed.Anybody.StringSetAsync("f", "true");
        Assert.Equal(("external", "true"), ((await heard).By, (await heard).To));
    }

    [Fact]
    public async Task What_is_damaged_is_named_and_hides_no_other()
    {
        await _bed.SetAsync("good", true);
        await _bed.Anybody.HashSetAsync("ff:flags", "bad", "1 nonsense");
        await Failing.WithAsync("FeatureFlagUnreadable", () => _bed.Store.FindAsync("bad"));
        List<object?> unreadable = [];
        Assert.Equal(["good"], (await _bed.Store.AllAsync(failure => unreadable.Add(failure.Target))).Select(flag => flag.Definition.Name));
        Assert.Equal(["bad"], unreadable);
    }

    [Fact]
    public async Task What_is_damaged_can_be_removed()
    {
        await _bed.Anybody.HashSetAsync("ff:flags", "bad", "1 nonsense");
        await _bed.Store.RemoveAsync("bad", FlagBed.Write());
        Assert.Null(await _bed.Store.FindAsync("bad"));
    }

    private Task SubscribedAsync() => Eventually.IsAsync(async () => (long)(await _bed.Anybody.ExecuteAsync("PUBSUB", "NUMSUB", "__keyevent@0__:set"))[1] > 0);
}
