using Fabric.Addresses;

namespace Fabric.Tests.Laws;

/// <summary>The few values that random worlds and random packets draw from, so that they meet.</summary>
internal static class Pools
{
    public static readonly MacAddress[] Stations =
    [
        .. Enumerable.Range(1, 6).Select(i => new MacAddress(0x02_00_00_00_00_00UL + (ulong)i)),
    ];

    public static readonly MacAddress[] RouterMacs =
    [
        .. Enumerable.Range(1, 8).Select(i => new MacAddress(0x02_00_00_00_ff_00UL + (ulong)i)),
    ];

    public static readonly MacAddress[] GroupMacs =
    [
        MacAddress.Broadcast,
        MacAddress.Parse("01:00:5e:00:00:05"),
        MacAddress.Parse("33:33:00:00:00:01"),
        MacAddress.Parse("33:33:ff:00:00:02"),
    ];

    public static readonly ushort[] Ports = [22, 23, 80, 443, 1024, 33000];

    public static readonly byte[] Protocols = [1, 6, 17, 58, 132, 47];

    public static readonly ushort[] Vlans = [0, 5, 6];

    /// <summary>Subnet s of a version: 10.0.s.0/24 or fd00:s::/64.</summary>
    public static IpPrefix Subnet(IpFamily family, int subnet) =>
        family == IpFamily.V4
            ? new IpPrefix(IpAddress.V4(0x0a00_0000u | (uint)subnet << 8), 24)
            : new IpPrefix(IpAddress.V6(new UInt128(0xfd00_0000_0000_0000UL | (ulong)subnet << 32, 0)), 64);

    /// <summary>Host h of a subnet.</summary>
    public static IpAddress Address(IpFamily family, int subnet, int host) =>
        IpAddress.Of(family, Subnet(family, subnet).Address.Bits + (uint)host);
}
