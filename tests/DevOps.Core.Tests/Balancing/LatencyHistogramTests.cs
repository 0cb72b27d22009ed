using DevOps.Core.Balancing;

namespace DevOps.Core.Tests.Balancing;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    [InlineData(3_600_000_000)]
    public void A_recorded_duration_is_told_at_most_a_sixteenth_too_long(long microseconds)
    {
        var histogram = new LatencyHistogram();
        var duration = TimeSpan.FromMicroseconds(microseconds);
        histogram.Record(duration);
        var told = LatencyHistogram.Percentile(histogram.Snapshot(), 1)!.Value;
        Assert.InRange(told, duration, duration + (duration / 16));
    }

    [Fact]
    public void Buckets_follow_each_other_without_gap_or_overlap()
    {
        for (var index = 1; index < 400; index++)
        {
            var histogram = new LatencyHistogram();
            histogram.Record(LatencyHistogram.UpperBound(index - 1) + TimeSpan.FromMicroseconds(1));
            histogram.Record(LatencyHistogram.UpperBound(index));
            Assert.Equal([new LatencyBucket(index, 2)], histogram.Snapshot());
        }
    }

    [Fact]
    public void A_percentile_is_the_duration_that_its_share_did_not_exceed()
    {
        var histogram = new LatencyHistogram();
        for (var number = 1; number <= 10; number++) histogram.Record(TimeSpan.FromMicroseconds(number));
        var buckets = histogram.Snapshot();
        Assert.Equal(TimeSpan.FromMicroseconds(5), LatencyHistogram.Percentile(buckets, 0.5));
        Assert.Equal(TimeSpan.FromMicroseconds(10), LatencyHistogram.Percentile(buckets, 0.91));
        Assert.Equal(TimeSpan.FromMicroseconds(1), LatencyHistogram.Percentile(buckets, 0.0001));
    }

    [Fact]
    public void Nothing_recorded_has_no_percentile() => Assert.Null(LatencyHistogram.Percentile([], 0.5));

    [Fact]
    public void A_negative_duration_counts_as_none()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromSeconds(-1));
        Assert.Equal([new LatencyBucket(0, 1)], histogram.Snapshot());
    }

    [Fact]
    public void What_is_longer_than_the_longest_bucket_counts_there()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromDays(1));
        histogram.Record(TimeSpan.FromDays(30));
        Assert.Equal(2, Assert.Single(histogram.Snapshot()).Count);
    }

    [Fact]
    public void Between_two_snapshots_only_what_was_recorded_meanwhile_counts()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMicroseconds(1));
        histogram.Record(TimeSpan.FromMicroseconds(2));
        var earlier = histogram.Snapshot();
        histogram.Record(TimeSpan.FromMicroseconds(2));
        histogram.Record(TimeSpan.FromMicroseconds(3));
        Assert.Equal([new LatencyBucket(2, 1), new LatencyBucket(3, 1)], LatencyHistogram.Between(earlier, histogram.Snapshot()));
    }

    [Fact]
    public async Task Threads_that_record_at_once_lose_nothing()
    {
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (var number = 0; number < 10_000; number++) histogram.Record(TimeSpan.FromMicroseconds(number));
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(80_000, histogram.Snapshot().Sum(bucket => bucket.Count));
    }
}
