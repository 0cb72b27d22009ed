using DevOps.Shell.CommandLine;

namespace DevOps.Shell.Tests.CommandLine;

public sealed class ScriptArgumentReaderTests
{
    [Fact]
    public void A_plain_value_has_no_name() => Assert.Equal([(null, "itrust")], Read("itrust"));

    [Fact]
    public void A_name_and_its_value_stay_apart_for_the_binder() => Assert.Equal([("-Count", null), (null, "5")], Read("-Count", "5"));

    [Fact]
    public void A_colon_joins_a_name_and_its_value() => Assert.Equal([("-Name", "itrust")], Read("-Name:itrust"));

    [Fact]
    public void A_value_may_hold_colons() => Assert.Equal([("-Uri", "http://localhost:8080")], Read("-Uri:http://localhost:8080"));

    [Fact]
    public void A_colon_at_the_end_takes_the_next_argument() => Assert.Equal([("-Name", "-itrust")], Read("-Name:", "-itrust"));

    [Theory]
    [InlineData("-Force:$false", false)]
    [InlineData("-Force:false", false)]
    [InlineData("-Force:$True", true)]
    public void A_switch_takes_true_and_false(string argument, bool value) => Assert.Equal([("-Force", (object)value)], Read(argument));

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    public void A_lone_dash_and_nothing_are_values(string argument) => Assert.Equal([(null, argument)], Read(argument));

    private static IEnumerable<(string? Name, object? Value)> Read(params string[] arguments) =>
        ScriptArgumentReader.Read(arguments).Select(argument => ((string?)argument.Name, (object?)argument.Value));
}
