using Fabric.Addresses;

namespace Fabric.Tests.Simulation;

/// <summary>The same addresses of <see cref="RouterWorld"/> in either version, so that one story is told for both.</summary>
public sealed record AddressPlan(
    IpFamily Family,
    string Vm1,
    string Vm2,
    string Inside,
    string Uplink,
    string Gateway,
    string Far,
    string Unused
)
{
    public static readonly AddressPlan V4 = new(
        IpFamily.V4,
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.254",
        "192.0.2.1",
        "192.0.2.254",
        "203.0.113.7",
        "10.0.0.77"
    );

    public static readonly AddressPlan V6 = new(
        IpFamily.V6,
        "fd00:a::1",
        "fd00:a::2",
        "fd00:a::fe",
        "fd00:b::1",
        "fd00:b::fe",
        "2001:db8:7::7",
        "fd00:a::77"
    );

    /// <summary>For tests of both versions.</summary>
    public static AddressPlan[] Both => [V4, V6];

    /// <summary>The prefix of all, or of one address or of the first bits of one.</summary>
    public IpPrefix Prefix(string address, int freeBits) => new(IpAddress.Parse(address), IpAddress.WidthOf(Family) - freeBits);

    public T Of<T>(T v4, T v6) => Family == IpFamily.V4 ? v4 : v6;

    public override string ToString() => Family == IpFamily.V4 ? "IPv4" : "IPv6";
}
