namespace Fabric.Packets;

/// <summary>Reads which packet a fragment is of: fragments of one have addresses, identification and, in IPv4, protocol in common (RFC 791, section 3.2; RFC 8200, section 4.5).</summary>
public static class FragmentIdentity
{
    private const int IdentificationAt = 4;

    /// <summary>Reads the identification.</summary>
    /// <param name="frame">A frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="identification">16 bits in IPv4, 32 in IPv6.</param>
    /// <returns>False if it is no fragment, or its fragment header is cut off.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, in PacketLayout layout, out uint identification)
    {
        identification = 0;
        if (layout.Fragment == FragmentPart.Whole)
            return false;
        var packet = frame[layout.NetworkOffset..];
        if (layout.Network == NetworkKind.Ipv4)
        {
            identification = NetworkOrder.U16(packet, Ipv4.IdentificationAt);
            return true;
        }
        if (!Ipv6View.TryParse(packet, out var view))
            return false;
        var headers = packet[Ipv6.HeaderLength..];
        var at = Ipv6Extensions.Walk(view.NextHeader, headers).FragmentAt + IdentificationAt;
        if (headers.Length < at + sizeof(uint))
            return false;
        identification = NetworkOrder.U32(headers, at);
        return true;
    }
}
