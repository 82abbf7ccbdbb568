namespace Fabric.Packets;

// RFC 8200, section 4.2, hop-by-hop and destination options; section 4.4, routing header:
//
//    0   1  next header
//    1   1  length in 8-byte words after the first; in an authentication header 4-byte words after the first two (RFC 4302, section 2.2)
//    2      contents; in a routing header: 1 routing type, 1 segments left
//
// RFC 8200, section 4.5, fragment header:
//
//    0   1  next header
//    1   1  reserved
//    2 13b  fragment offset in units of 8 bytes
//       2b  reserved
//       1b  more fragments
//    4   4  identification

/// <summary>What stands between an IPv6 header and the upper protocol.</summary>
/// <remarks>
/// As the Open vSwitch kernel module sees it, but for two bounds: at most <see cref="MaxHeaders"/> are passed, and a
/// later fragment is told as such whatever follows its fragment header, which is what ovs-vswitchd does.
/// </remarks>
public readonly record struct Ipv6Extensions
{
    /// <summary>The most headers that are passed; a packet with more is told as one whose headers end early.</summary>
    public const int MaxHeaders = 16;

    private const int FragmentLength = 8;
    private const ushort FragmentOffsetMask = 0xfff8;

    /// <summary>
    /// The upper protocol; <see cref="IpProtocol.Fragment"/> in a later fragment, <see cref="IpProtocol.None"/> if the
    /// headers end early.
    /// </summary>
    public byte Protocol { get; private init; }

    /// <summary>Bytes of the extension headers as they say, which may be more than there are.</summary>
    public int Length { get; private init; }

    /// <summary>Told by the fragment header, if there is one.</summary>
    public FragmentPart Fragment { get; private init; }

    /// <summary>Where the fragment header starts, if there is one; it may be cut off behind its fourth byte.</summary>
    public int FragmentAt { get; private init; }

    /// <summary>The headers were passed to their end.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>A routing header has segments left, so the packet's destination is not its final one.</summary>
    public bool HasSegmentsLeft { get; private init; }

    /// <summary>Where the first routing header with segments left says how many, in bytes from the end of the IPv6 header; nothing if there is none.</summary>
    public int SegmentsLeftAt { get; private init; }

    /// <summary>There is an authentication header, which covers the addresses.</summary>
    public bool IsAuthenticated { get; private init; }

    /// <summary>Passes the extension headers.</summary>
    /// <param name="nextHeader">What the IPv6 header says follows it.</param>
    /// <param name="bytes">What follows it.</param>
    public static Ipv6Extensions Walk(byte nextHeader, ReadOnlySpan<byte> bytes)
    {
        var walk = new Ipv6Extensions { Protocol = nextHeader, IsWhole = true };
        for (var passed = 0; IsExtension(walk.Protocol) && walk.Fragment != FragmentPart.Later; passed++)
        {
            if (passed == MaxHeaders || bytes.Length - walk.Length < NeededOf(walk.Protocol))
                return walk with { Protocol = IpProtocol.None, IsWhole = false };
            walk = walk.Pass(bytes[walk.Length..]);
        }
        return walk;
    }

    private static bool IsExtension(byte protocol) =>
        protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.Ah or IpProtocol.DestinationOptions;

    private static int NeededOf(byte protocol) => protocol is IpProtocol.Routing or IpProtocol.Fragment ? 4 : 2;

    private Ipv6Extensions Pass(ReadOnlySpan<byte> header) =>
        Protocol switch
        {
            IpProtocol.Fragment when (NetworkOrder.U16(header, 2) & FragmentOffsetMask) != 0 => this with
            {
                Length = Length + FragmentLength,
                Fragment = FragmentPart.Later,
                FragmentAt = Length,
            },
            IpProtocol.Fragment => this with
            {
                Protocol = header[0],
                Length = Length + FragmentLength,
                Fragment = FragmentPart.First,
                FragmentAt = Length,
            },
            IpProtocol.Ah => this with { Protocol = header[0], Length = Length + (header[1] + 2) * 4, IsAuthenticated = true },
            IpProtocol.Routing => this with
            {
                Protocol = header[0],
                Length = Length + (header[1] + 1) * 8,
                HasSegmentsLeft = HasSegmentsLeft || header[3] != 0,
                SegmentsLeftAt = HasSegmentsLeft || header[3] == 0 ? SegmentsLeftAt : Length + 3,
            },
            _ => this with { Protocol = header[0], Length = Length + (header[1] + 1) * 8 },
        };
}
