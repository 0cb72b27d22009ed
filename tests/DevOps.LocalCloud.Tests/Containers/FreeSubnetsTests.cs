using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Tests.Containers;

public sealed class FreeSubnetsTests
{
    [Fact]
    public void A_taken_subnet_is_not_offered()
    {
        var first = FreeSubnets.Find([]).First();
        Assert.NotEqual(first, FreeSubnets.Find([first.Notation]).First());
    }

    [Fact]
    public void A_larger_network_takes_all_the_subnets_in_it()
    {
        Assert.DoesNotContain(FreeSubnets.Find(["10.201.0.0/16"]), subnet => subnet.Second == 201);
    }

    [Fact]
    public void Podmans_own_ranges_are_never_offered()
    {
        Assert.DoesNotContain(FreeSubnets.Find([]), subnet => subnet.Second is 88 or 89);
    }

    [Fact]
    public void The_same_address_always_has_the_same_hardware_address()
    {
        Assert.Equal("02:0a:c9:07:00:0b", new Subnet(201, 7).HardwareAddress(11));
    }
}
