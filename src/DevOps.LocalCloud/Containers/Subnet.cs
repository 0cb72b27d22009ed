using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace DevOps.LocalCloud.Containers;

/// <summary>A private IPv4 network of 256 addresses, <c>10.SECOND.THIRD.0/24</c>.</summary>
/// <param name="Second">The second number of its addresses.</param>
/// <param name="Third">The third number of its addresses.</param>
internal sealed record Subnet(int Second, int Third)
{
    /// <summary>Its network mask.</summary>
    public const string Netmask = "255.255.255.0";

    /// <summary>The address of this machine in it.</summary>
    public string Gateway => Address(1);

    /// <summary>It, in the usual notation.</summary>
    public string Notation => $"10.{Second}.{Third}.0/24";

    /// <summary>An address in it.</summary>
    /// <param name="host">The address's last number.</param>
    /// <returns>The address.</returns>
    public string Address(int host) => $"10.{Second}.{Third}.{host}";

    /// <summary>
    /// A hardware address that follows from the IP address, so that a droplet that gets the address of a removed one is
    /// found at once by those who remember the old one's hardware address.
    /// </summary>
    /// <param name="host">The address's last number.</param>
    /// <returns>The hardware address, locally administered.</returns>
    public string HardwareAddress(int host) => string.Create(CultureInfo.InvariantCulture, $"02:0a:{Second:x2}:{Third:x2}:00:{host:x2}");
}

/// <summary>Finds subnets that nothing on this machine uses.</summary>
internal static class FreeSubnets
{
    // Podman gives 10.88 and 10.89 to networks by itself, so neither may be chosen here.
    private const int FirstSecond = 201;
    private const int LastSecond = 249;
    private const int DestinationField = 1;
    private const int MaskField = 7;

    /// <summary>Lists subnets that overlap with no route, no interface and none of the given networks.</summary>
    /// <param name="taken">Networks in the usual notation that are taken although no interface shows it.</param>
    /// <returns>The free subnets.</returns>
    public static IEnumerable<Subnet> Find(IEnumerable<string> taken)
    {
        var used = taken.Select(IPNetwork.Parse).Concat(Routes()).Concat(Interfaces())
            .Where(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && network.PrefixLength > 0)
            .ToList();
        for (var second = FirstSecond; second <= LastSecond; second++)
        {
            for (var third = 0; third < byte.MaxValue; third++)
            {
                var subnet = new Subnet(second, third);
                var network = IPNetwork.Parse(subnet.Notation);
                if (!used.Any(other => other.Contains(network.BaseAddress) || network.Contains(other.BaseAddress))) yield return subnet;
            }
        }
    }

    private static IEnumerable<IPNetwork> Interfaces() =>
        from adapter in NetworkInterface.GetAllNetworkInterfaces()
        from address in adapter.GetIPProperties().UnicastAddresses
        where address.Address.AddressFamily == AddressFamily.InterNetwork
        select Network(address.Address, address.PrefixLength);

    private static IEnumerable<IPNetwork> Routes()
    {
        if (!File.Exists("/proc/net/route")) return [];
        return File.ReadLines("/proc/net/route")
            .Skip(1)
            .Select(line => line.Split('\t', StringSplitOptions.TrimEntries))
            .Where(fields => fields.Length > MaskField)
            .Select(fields => Network(
                FromTable(fields[DestinationField]),
                System.Numerics.BitOperations.PopCount(Convert.ToUInt32(fields[MaskField], 16))));
    }

    // The kernel prints the number as it lies in memory: the lowest byte is the address's first.
    private static IPAddress FromTable(string field) => new(Convert.ToUInt32(field, 16));

    private static IPNetwork Network(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < 32; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefixLength);
    }
}
