using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Reads what the flow key does not hold of an ICMP or ICMPv6 message; what is decided by it is not cacheable.</summary>
/// <remarks>The view of ICMP serves both: the first eight bytes are laid out alike (RFC 792, Message Formats; RFC 4443, section 2.1).</remarks>
internal static class RuleInnerPacket
{
    /// <summary>The packet is an error about a packet whose source is in a prefix.</summary>
    /// <param name="walk">The walk of a packet that is known to be ICMP of the prefix's version, and no later fragment.</param>
    /// <param name="prefix">The prefix.</param>
    public static bool IsFrom(ref Walk walk, IpPrefix prefix) =>
        TryReadInner(ref walk, prefix.Family, out var source, out _) && prefix.Contains(source);

    /// <summary>The packet is an error about a packet whose destination is in a prefix.</summary>
    /// <param name="walk">As for <see cref="IsFrom"/>.</param>
    /// <param name="prefix">The prefix.</param>
    public static bool IsTo(ref Walk walk, IpPrefix prefix) =>
        TryReadInner(ref walk, prefix.Family, out _, out var destination) && prefix.Contains(destination);

    /// <summary>Finds the packet that an ICMP or ICMPv6 error carries, from its IP header on.</summary>
    public static bool TryFindInner(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> inner)
    {
        var isFound = TryFindMessage(frame, out var error);
        inner = isFound ? error.Payload : default;
        return isFound;
    }

    /// <summary>Reads the identifier of an ICMP or ICMPv6 echo (RFC 792, Echo or Echo Reply Message; RFC 4443, section 4).</summary>
    public static bool TryReadEchoIdentifier(ReadOnlySpan<byte> frame, out ushort identifier)
    {
        var isFound = TryFindMessage(frame, out var echo);
        identifier = isFound ? echo.Identifier : (ushort)0;
        return isFound;
    }

    private static bool TryReadInner(ref Walk walk, IpFamily family, out IpAddress source, out IpAddress destination)
    {
        (source, destination) = (default, default);
        var type = (byte)walk.Key.Read(FlowField.TpSrc);
        var isError = family == IpFamily.V4 ? IcmpType.IsError(type) : Icmpv6Type.IsError(type);
        if (!isError)
            return false;
        walk.IsUncacheable = true;
        if (!TryFindMessage(walk.Packet, out var error))
            return false;
        return family == IpFamily.V4
            ? TryReadV4(error.Payload, ref source, ref destination)
            : TryReadV6(error.Payload, ref source, ref destination);
    }

    private static bool TryReadV4(ReadOnlySpan<byte> packet, ref IpAddress source, ref IpAddress destination)
    {
        if (!Ipv4View.TryParse(packet, out var view) || view.Version != 4)
            return false;
        (source, destination) = (view.Source, view.Destination);
        return true;
    }

    private static bool TryReadV6(ReadOnlySpan<byte> packet, ref IpAddress source, ref IpAddress destination)
    {
        if (!Ipv6View.TryParse(packet, out var view) || view.Version != 6)
            return false;
        (source, destination) = (view.Source, view.Destination);
        return true;
    }

    /// <summary>Finds the ICMP or ICMPv6 message in a frame, behind tags, options and extension headers.</summary>
    private static bool TryFindMessage(ReadOnlySpan<byte> frame, out IcmpView message)
    {
        message = default;
        return PacketLayout.TryParse(frame, out var layout)
            && layout.Transport is TransportKind.Icmp or TransportKind.Icmpv6
            && IcmpView.TryParse(frame[layout.TransportOffset..], out message);
    }
}
