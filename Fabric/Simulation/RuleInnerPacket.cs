using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Reads what the flow key does not hold of an ICMP or ICMPv6 message; what is decided by it is not cacheable.</summary>
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

    /// <summary>Reads the identifier of an ICMP or ICMPv6 echo (RFC 792, Echo or Echo Reply Message; RFC 4443, section 4).</summary>
    public static bool TryReadEchoIdentifier(ref Walk walk, out ushort identifier)
    {
        walk.IsUncacheable = true;
        identifier = 0;
        if (!TryFindMessage(walk.Packet, out var message) || !IcmpView.TryParse(message, out var echo))
            return false;
        identifier = echo.Identifier;
        return true;
    }

    private static bool TryReadInner(ref Walk walk, IpFamily family, out IpAddress source, out IpAddress destination)
    {
        (source, destination) = (default, default);
        var type = (byte)walk.Key.Read(FlowField.TpSrc);
        var isError = family == IpFamily.V4 ? IcmpType.IsError(type) : Icmpv6Type.IsError(type);
        if (!isError)
            return false;
        walk.IsUncacheable = true;
        if (!TryFindMessage(walk.Packet, out var message) || !IcmpView.TryParse(message, out var error))
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

    /// <summary>Finds the ICMP or ICMPv6 message in a frame.</summary>
    private static bool TryFindMessage(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (!EthernetView.TryParse(frame, out var ethernet))
            return false;
        var type = ethernet.TypeOrLength;
        if (type == EtherType.Ipv4 && Ipv4View.TryParse(ethernet.Payload, out var v4) && v4.Protocol == IpProtocol.Icmp)
            message = v4.Payload;
        if (type == EtherType.Ipv6 && Ipv6View.TryParse(ethernet.Payload, out var v6) && v6.NextHeader == IpProtocol.Icmpv6)
            message = v6.Payload;
        return message.Length > 0;
    }
}
