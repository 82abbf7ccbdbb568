namespace Fabric.Packets;

/// <summary>Says in one version of ICMP what was said in the other: types, codes, pointers and MTUs (RFC 7915, sections 4.2 and 5.2).</summary>
/// <remarks>Pure. The least of the MTUs of the links beside the translator is not taken: these say so themselves when a packet comes that is longer.</remarks>
public static class IcmpTranslation
{
    /// <summary>By how much an IPv6 header is longer than one of IPv4 without options.</summary>
    public const int HeaderDifference = Ipv6.HeaderLength - Ipv4.MinHeaderLength;

    private const int FragmentHeaderLength = 8;

    /// <summary>RFC 792, Parameter Problem Message: the pointer is the first of the four bytes.</summary>
    private const int PointerShift = 24;

    /// <summary>RFC 4443, section 3.4: erroneous header field, unrecognized next header type.</summary>
    private const byte ErroneousField = 0;
    private const byte UnknownNextHeader = 1;
    private const byte BadLength = 2;

    /// <summary>RFC 4443, section 3.1: beyond scope of source address.</summary>
    private const byte BeyondScope = 2;

    /// <summary>Where an IPv6 header says what follows it.</summary>
    private const uint NextHeaderPointer = 6;

    /// <summary>Lengths that packets are tried with where a router does not tell its MTU (RFC 1191, section 7.1).</summary>
    private static ReadOnlySpan<ushort> Plateaus => [32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

    /// <summary>Says in ICMPv6 what an ICMP error says.</summary>
    /// <param name="header">The error's header.</param>
    /// <param name="innerLength">The length of the packet that it is about, as that says itself, in bytes.</param>
    /// <param name="translated">The header in ICMPv6.</param>
    /// <returns>False for what has no counterpart.</returns>
    public static bool TryToIcmpv6(IcmpHeader header, int innerLength, out Icmpv6Header translated)
    {
        var said = header.Type switch
        {
            IcmpType.DestinationUnreachable => UnreachableToIcmpv6(header, innerLength),
            IcmpType.TimeExceeded => new Icmpv6Header(Icmpv6Type.TimeExceeded, header.Code, 0),
            IcmpType.ParameterProblem when header.Code is ErroneousField or BadLength => PointerToIpv6(header.Rest >> PointerShift)
                is { } pointer
                ? new Icmpv6Header(Icmpv6Type.ParameterProblem, ErroneousField, pointer)
                : null,
            _ => (Icmpv6Header?)null,
        };
        translated = said.GetValueOrDefault();
        return said is not null;
    }

    /// <summary>Says in ICMP what an ICMPv6 error says.</summary>
    /// <param name="header">The error's header.</param>
    /// <param name="isFragment">The packet that it is about has a fragment header, which it will not have in IPv4.</param>
    /// <param name="translated">The header in ICMP.</param>
    /// <returns>False for what has no counterpart.</returns>
    public static bool TryToIcmp(Icmpv6Header header, bool isFragment, out IcmpHeader translated)
    {
        var said = (header.Type, header.Code) switch
        {
            (Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.NoRoute or BeyondScope or Icmpv6UnreachableCode.Address) =>
                Unreachable(IcmpUnreachableCode.Host),
            (Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.AdministrativelyProhibited) => Unreachable(
                IcmpUnreachableCode.HostProhibited
            ),
            (Icmpv6Type.DestinationUnreachable, Icmpv6UnreachableCode.Port) => Unreachable(IcmpUnreachableCode.Port),
            (Icmpv6Type.PacketTooBig, _) => IcmpHeader.FragmentationNeeded(MtuOfIpv4(header.Rest, isFragment)),
            (Icmpv6Type.TimeExceeded, _) => new IcmpHeader(IcmpType.TimeExceeded, header.Code, 0),
            (Icmpv6Type.ParameterProblem, UnknownNextHeader) => Unreachable(IcmpUnreachableCode.Protocol),
            (Icmpv6Type.ParameterProblem, ErroneousField) => PointerToIpv4(header.Rest) is { } pointer
                ? new IcmpHeader(IcmpType.ParameterProblem, 0, pointer << PointerShift)
                : null,
            _ => (IcmpHeader?)null,
        };
        translated = said.GetValueOrDefault();
        return said is not null;
    }

    private static Icmpv6Header? UnreachableToIcmpv6(IcmpHeader header, int innerLength) =>
        header.Code switch
        {
            // Network, host, source route failed, network unknown, host unknown, source host isolated.
            0 or 1 or 5 or 6 or 7 or 8 => UnreachableV6(Icmpv6UnreachableCode.NoRoute),
            IcmpUnreachableCode.Protocol => new Icmpv6Header(Icmpv6Type.ParameterProblem, UnknownNextHeader, NextHeaderPointer),
            IcmpUnreachableCode.Port => UnreachableV6(Icmpv6UnreachableCode.Port),
            IcmpUnreachableCode.FragmentationNeeded => Icmpv6Header.PacketTooBig(MtuOfIpv6((ushort)header.Rest, innerLength)),
            // Network or host prohibited, by a filter, precedence cutoff.
            9 or 10 or 13 or 15 => UnreachableV6(Icmpv6UnreachableCode.AdministrativelyProhibited),
            // Network or host unreachable for this type of service.
            11 or 12 => UnreachableV6(Icmpv6UnreachableCode.NoRoute),
            _ => null,
        };

    /// <summary>How long an IPv6 packet may be; never less than what every link takes, for a source that is told less sends no less (RFC 8201, section 4).</summary>
    private static uint MtuOfIpv6(ushort mtu, int innerLength)
    {
        if (mtu == 0)
        {
            foreach (var plateau in Plateaus)
            {
                if (plateau < innerLength)
                {
                    mtu = plateau;
                    break;
                }
            }
        }
        return Math.Max(Ipv6.MinMtu, mtu + (uint)HeaderDifference);
    }

    private static ushort MtuOfIpv4(uint mtu, bool isFragment)
    {
        var headers = (uint)(HeaderDifference + (isFragment ? FragmentHeaderLength : 0));
        return (ushort)Math.Clamp(mtu - Math.Min(mtu, headers), 68, ushort.MaxValue);
    }

    /// <summary>RFC 7915, section 4.2, figure 3.</summary>
    private static uint? PointerToIpv6(uint pointer) =>
        pointer switch
        {
            0 or 1 => pointer,
            2 or 3 => 4,
            8 => 7,
            9 => NextHeaderPointer,
            >= 12 and <= 15 => 8,
            >= 16 and <= 19 => 24,
            _ => null,
        };

    /// <summary>RFC 7915, section 5.2, figure 6.</summary>
    private static uint? PointerToIpv4(uint pointer) =>
        pointer switch
        {
            0 or 1 => pointer,
            4 or 5 => 2,
            NextHeaderPointer => 9,
            7 => 8,
            >= 8 and <= 23 => 12,
            >= 24 and <= 39 => 16,
            _ => null,
        };

    private static IcmpHeader Unreachable(byte code) => new(IcmpType.DestinationUnreachable, code, 0);

    private static Icmpv6Header UnreachableV6(byte code) => new(Icmpv6Type.DestinationUnreachable, code, 0);
}
