using DevOps.Core.Environments;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Environments;

public sealed class PlaceholderTests
{
    [Theory]
    [InlineData("nothing to fill in", "nothing to fill in")]
    [InlineData("", "")]
    [InlineData("{{ service.db.address }}:{{service.db.port}}", "<ServiceAddress db>:<ServicePort db>")]
    [InlineData("{{ service.db.addresses }}", "<ServiceAddresses db>")]
    [InlineData("{{ instance.name }} {{ instance.address }} {{ application.port }}", "<InstanceName > <InstanceAddress > <ApplicationPort >")]
    [InlineData("a } b { c }} d", "a } b { c }} d")]
    public void Placeholders_are_filled_in_and_everything_else_stays(string text, string expected) =>
        Assert.Equal(expected, Placeholder.Render(text, placeholder => $"<{placeholder.Kind} {placeholder.Service}>"));

    [Fact]
    public void A_value_is_not_looked_at_for_placeholders_again() =>
        Assert.Equal("{{ instance.name }}", Placeholder.Render("{{ application.port }}", _ => "{{ instance.name }}"));

    [Theory]
    [InlineData("ab {{ service.x.address }}", 3)]
    [InlineData("{{ service.x.addresses }}", 0)]
    [InlineData("{{ service.db }}", 0)]
    [InlineData("{{}}", 0)]
    [InlineData("{{ instance.name", 0)]
    public void What_does_not_exist_is_found_with_its_place(string text, int index) =>
        Assert.Equal(index, Assert.Single(Placeholder.Check(text, ["db"])).Index);

    [Fact]
    public void Messages_name_every_form_that_is_filled_in()
    {
        var named = new List<PlaceholderKind>();

        Placeholder.Render(Placeholder.Forms, placeholder =>
        {
            named.Add(placeholder.Kind);
            return string.Empty;
        });

        Assert.Equal(Enum.GetValues<PlaceholderKind>(), named);
    }

    [Fact]
    public void A_malformed_placeholder_is_never_rendered() =>
        Failing.With("PlaceholderInvalid", () => Placeholder.Render("{{ host }}", _ => "x"));
}
