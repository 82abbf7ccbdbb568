using Fabric.Packets;

namespace Fabric.Tests.Flows;

/// <summary>Judges a frame's checksums by adding up all its words, word by word.</summary>
internal static class FrameChecks
{
    /// <summary>What is wrong with the frame's checksums, or null. A first fragment is taken for the whole datagram.</summary>
    public static string? Fault(ReadOnlySpan<byte> frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        var packet = frame[layout.NetworkOffset..];
        if (layout.Network == NetworkKind.Ipv4 && Fold(Sum(packet[..((packet[0] & 15) * 4)])) != 0xffff)
            return "IPv4 header checksum";
        if (layout.Transport == TransportKind.None)
            return null;
        var transport = frame.Slice(layout.TransportOffset, layout.TransportLength);
        if (layout.Transport == TransportKind.Udp && transport[6] == 0 && transport[7] == 0)
            return layout.Network == NetworkKind.Ipv4 ? null : "UDP over IPv6 without checksum";
        return Fold(Sum(transport) + PseudoHeader(frame, layout)) == 0xffff ? null : $"{layout.Transport} checksum";
    }

    /// <summary>The sum of the pseudo header, folded: what an unfinished checksum field holds.</summary>
    public static ushort PseudoHeader(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        if (layout.Transport == TransportKind.Icmp)
            return 0;
        var packet = frame[layout.NetworkOffset..];
        var addresses = layout.Network == NetworkKind.Ipv4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        return Fold(Sum(addresses) + layout.Protocol + (ulong)layout.TransportLength);
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (var i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? (ulong)bytes[i] << 8 : bytes[i];
        return sum;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
