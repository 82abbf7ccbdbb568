using System.Collections.Immutable;
using System.Globalization;
using Fabric.Packets;

namespace Fabric.Agent.Description.Keys;

/// <summary>Names for some numbers of a registry; the others are written as numbers.</summary>
/// <param name="isHex">Numbers without a name are written as 0x and four digits, not in decimal.</param>
/// <param name="names">The names; of one number the first is written.</param>
internal sealed class NumberNames(bool isHex, params ImmutableArray<(string Name, int Number)> names)
{
    /// <summary>Ethertypes (IEEE registry).</summary>
    public static NumberNames EthType { get; } = new(true, ("ipv4", EtherType.Ipv4), ("ipv6", EtherType.Ipv6), ("arp", EtherType.Arp));

    /// <summary>IP protocols (IANA registry).</summary>
    public static NumberNames Protocol { get; } =
        new(
            false,
            ("icmp", IpProtocol.Icmp),
            ("igmp", 2),
            ("tcp", IpProtocol.Tcp),
            ("udp", IpProtocol.Udp),
            ("gre", 47),
            ("esp", 50),
            ("ah", 51),
            ("icmpv6", IpProtocol.Icmpv6),
            ("ospf", 89),
            ("sctp", 132)
        );

    /// <summary>Reads a name, or a number up to a bound.</summary>
    public bool TryParse(string text, int maximum, out ushort number)
    {
        foreach (var (name, known) in names)
        {
            if (name == text)
            {
                number = (ushort)known;
                return true;
            }
        }
        var isRead = Forms.ReadInteger(text, 0, maximum, out var value);
        number = (ushort)value;
        return isRead;
    }

    /// <summary>Writes a number by its name if it has one.</summary>
    public string Write(ushort number)
    {
        foreach (var (name, known) in names)
        {
            if (known == number)
                return name;
        }
        return isHex ? $"0x{number:x4}" : number.ToString(CultureInfo.InvariantCulture);
    }
}
