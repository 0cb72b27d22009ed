using DevOps.Core.Balancing;

namespace DevOps.Core.Tests.Balancing;

/// <summary>The order of weighted turns.</summary>
public sealed class WeightedScheduleTests
{
    [Theory]
    [InlineData("P:2 C:1", "PPC")]
    [InlineData("P:1 C:1", "PC")]
    [InlineData("P:4 C:2", "PPC")]
    [InlineData("P:3 C:2", "PPCPC")]
    [InlineData("A:1 B:1 C:1", "ABC")]
    [InlineData("A:5 B:1 D:1", "AABADAA")]
    [InlineData("P:7", "P")]
    public void A_round_is_spread_evenly_and_ends_with_the_canary(string entries, string round)
    {
        Assert.Equal(round, string.Concat(Make(entries).Round));
    }

    [Fact]
    public void Each_entry_has_its_share_of_any_weights()
    {
        var random = new Random(4);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var weights = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 100)).ToArray();
            var schedule = new WeightedSchedule<int>([.. weights.Select((weight, index) => (index, weight))], index => index == 1);
            var divisor = weights.Sum() / schedule.Round.Count;
            Assert.All(weights.Index(), entry => Assert.Equal(entry.Item, schedule.Round.Count(index => index == entry.Index) * divisor));
        }
    }

    [Fact]
    public void The_turns_of_many_threads_add_up_exactly()
    {
        var schedule = Make("P:2 C:1");
        var counts = new int[2];
        Parallel.For(0, 30_000, _ => Interlocked.Increment(ref counts[schedule.Next() == 'C' ? 1 : 0]));
        Assert.Equal([20_000, 10_000], counts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P:0")]
    [InlineData("P:-1 C:1")]
    public void Entries_without_a_turn_are_refused(string entries)
    {
        Assert.Throws<ArgumentException>(() => Make(entries));
    }

    private static WeightedSchedule<char> Make(string entries) => new(
        [.. entries.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => (entry[0], int.Parse(entry[2..])))],
        entry => entry == 'C');
}
