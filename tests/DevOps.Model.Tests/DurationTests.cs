namespace DevOps.Model.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5_000)]
    [InlineData("0.25", 250)]
    [InlineData(".5", 500)]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1S", 1_000)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("  10s ", 10_000)]
    [InlineData("00:01:30", 90_000)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void A_number_is_seconds_and_units_are_what_they_look_like(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("-1")]
    [InlineData("-1s")]
    [InlineData("+1")]
    [InlineData("1x")]
    [InlineData("1 minute")]
    [InlineData("10 s")]
    [InlineData("1,5s")]
    [InlineData("1_000")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-00:00:01")]
    [InlineData("1:xx")]
    [InlineData("99999999999999999999")]
    [InlineData("5m 30s")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.Zero, duration);
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    public void A_number_of_seconds_that_is_no_duration_is_refused(double seconds) => Assert.False(Duration.TryFromSeconds(seconds, out _));

    [Fact]
    public void A_fraction_of_a_second_is_kept_to_the_tick()
    {
        Assert.True(Duration.TryFromSeconds(0.0000001, out var duration));
        Assert.Equal(TimeSpan.FromTicks(1), duration);
    }

    [Theory]
    [InlineData("1d")]
    [InlineData("1h")]
    [InlineData("1m")]
    [InlineData("1s")]
    [InlineData("1ms")]
    public void Every_unit_that_an_error_names_is_accepted(string text)
    {
        Assert.Contains(text[1..], Duration.AcceptedForms, StringComparison.Ordinal);
        Assert.True(Duration.TryParse(text, out _));
    }

    [Fact]
    public void Any_number_of_milliseconds_comes_back_as_it_was_written()
    {
        var random = new Random(20261123);
        for (var count = 0; count < 10_000; count++)
        {
            var milliseconds = random.NextInt64(0, 1_000_000_000_000);
            Assert.True(Duration.TryParse(System.FormattableString.Invariant($"{milliseconds}ms"), out var duration));
            Assert.Equal(milliseconds, duration.Ticks / TimeSpan.TicksPerMillisecond);
        }
    }
}
