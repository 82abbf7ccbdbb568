using Fabric.Addresses;

namespace Fabric.Flows;

/// <summary>One dependency of a flow: a lookup that its verdict rests on, whether it found something or not.</summary>
/// <remarks>
/// An immutable value of 32 bytes. A tag of kind <see cref="FlowTagKind.Destination"/> or <see cref="FlowTagKind.SetAddress"/>
/// names a prefix and is hit by every overlapping prefix of the same device; all others are hit by their equal only.
/// </remarks>
public readonly record struct FlowTag(FlowTagKind Kind, ulong Device, ulong DetailHigh, ulong DetailLow, byte PrefixLength, IpFamily Family)
{
    /// <summary>A tag without detail.</summary>
    public static FlowTag Of(FlowTagKind kind, ulong device) => new(kind, device, 0, 0, 0, IpFamily.V4);

    /// <summary>A lookup of a MAC address in one VLAN of a bridge's learned table.</summary>
    public static FlowTag Mac(ulong bridge, ushort vlan, MacAddress mac) => new(FlowTagKind.Mac, bridge, vlan, mac.Bits, 0, IpFamily.V4);

    /// <summary>A lookup of a MAC address among the stations that a bridge knows.</summary>
    public static FlowTag Station(ulong bridge, MacAddress mac) => new(FlowTagKind.Station, bridge, 0, mac.Bits, 0, IpFamily.V4);

    /// <summary>A lookup of how all members of a pool are.</summary>
    public static FlowTag Pool(ulong router, ulong name) => new(FlowTagKind.Health, router, 0, name, 0, IpFamily.V4);

    /// <summary>A lookup of one address at a device.</summary>
    public static FlowTag Address(FlowTagKind kind, ulong device, IpAddress address) =>
        new(kind, device, (ulong)(address.Bits >> 64), (ulong)address.Bits, (byte)address.Width, address.Family);

    /// <summary>A lookup that told apart only the addresses of one prefix from all others.</summary>
    public static FlowTag Prefix(FlowTagKind kind, ulong device, IpPrefix prefix) =>
        new(kind, device, (ulong)(prefix.Address.Bits >> 64), (ulong)prefix.Address.Bits, (byte)prefix.Length, prefix.Family);

    /// <summary>The tag names a prefix and is hit by overlap.</summary>
    public bool IsPrefix => Kind is FlowTagKind.Destination or FlowTagKind.SetAddress;

    /// <summary>The prefix that a prefix tag names.</summary>
    public IpPrefix AsPrefix => new(IpAddress.Of(Family, new UInt128(DetailHigh, DetailLow)), PrefixLength);

    /// <summary>A change at the other tag may alter what this one stands for.</summary>
    public bool IsHitBy(in FlowTag impact) =>
        IsPrefix
            ? Kind == impact.Kind && Device == impact.Device && Family == impact.Family && AsPrefix.Overlaps(impact.AsPrefix)
            : this == impact;
}
