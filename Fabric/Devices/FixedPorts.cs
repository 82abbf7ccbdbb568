using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>Which address and ports outside stand for each station, by its own address alone (RFC 7422, section 2): whoever logs needs no connection.</summary>
/// <remarks>
/// Stations are numbered as their addresses in <see cref="From"/> are. The first so many share the first address outside, each with a block of ports of its own,
/// the next so many the next address, and so on; ports that are left over are nobody's. Immutable, a function of the rule.
/// </remarks>
/// <param name="From">The stations.</param>
/// <param name="Outside">The addresses outside.</param>
/// <param name="Ports">The ports of each.</param>
public readonly record struct FixedPorts(IpPrefix From, AddressRange Outside, PortRange Ports)
{
    /// <summary>Ports that a station must have: fewer are used up by one page of the web.</summary>
    public const int LeastPerStation = 64;

    /// <summary>No more stations can share what a rule may name: 1 024 addresses, 65 536 ports of each, and 64 for a station.</summary>
    private const int MaxStationBits = 20;

    /// <summary>Stations; 0 if there are too many for any rule.</summary>
    public uint Stations => IpAddress.WidthOf(From.Family) - From.Length is var bits && bits <= MaxStationBits ? 1u << bits : 0;

    /// <summary>Stations that share an address.</summary>
    public uint PerAddress => (Stations + Addresses - 1) / Addresses;

    private uint Addresses => (uint)UInt128.Min(Outside.Count, 1u << MaxStationBits);

    /// <summary>Ports of a station; an even number, so that blocks keep the parity of the first. 0 if there are not enough.</summary>
    public int PerStation => Stations == 0 ? 0 : (int)((uint)(Ports.Last - Ports.First + 1) / PerAddress) & ~1;

    /// <summary>What a rule gives; null if it is not deterministic, or not a rule that was granted.</summary>
    public static FixedPorts? Of(NatRule rule) =>
        rule is { IsDeterministic: true, From: { } from, Outside: { } outside }
            ? new FixedPorts(from, outside, rule.Ports ?? OutsidePorts.Usual)
            : null;

    /// <summary>Finds what stands for a station; false if it is none of them.</summary>
    public bool TryGoOut(IpAddress station, out IpAddress outside, out PortRange ports)
    {
        (outside, ports) = default((IpAddress, PortRange));
        if (!From.Contains(station) || PerStation == 0)
            return false;
        var number = (uint)(station.Bits - From.Address.Bits);
        outside = IpAddress.Of(Outside.Family, Outside.First.Bits + number / PerAddress);
        var first = Ports.First + (int)(number % PerAddress) * PerStation;
        ports = new PortRange((ushort)first, (ushort)(first + PerStation - 1));
        return true;
    }

    /// <summary>Finds the station that an address and port outside stand for; false if they are nobody's.</summary>
    public bool TryGoIn(IpAddress outside, ushort port, out IpAddress station)
    {
        station = default;
        if (!Outside.Contains(outside) || port < Ports.First || port > Ports.Last || PerStation == 0)
            return false;
        var place = (uint)((port - Ports.First) / PerStation);
        var number = (outside.Bits - Outside.First.Bits) * PerAddress + place;
        if (place >= PerAddress || number >= Stations)
            return false;
        station = IpAddress.Of(From.Family, From.Address.Bits + number);
        return true;
    }
}
