using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Simulation;

/// <summary>Cuts frames into fragments as a sender does, and puts them together as a receiver does (RFC 791, section 3.2; RFC 8200, section 4.5).</summary>
internal static class Fragments
{
    private const int HeaderLength = 8;

    /// <summary>The pieces of an untagged frame without options and extension headers, in order.</summary>
    public static List<byte[]> Cut(byte[] frame, int pieceBytes, uint identification)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        var payload = frame.AsSpan(layout.TransportOffset, layout.TransportLength);
        var pieces = new List<byte[]>();
        for (var at = 0; at < payload.Length; at += pieceBytes)
        {
            var part = payload.Slice(at, Math.Min(pieceBytes, payload.Length - at));
            var isLast = at + part.Length == payload.Length;
            pieces.Add(
                layout.Network == NetworkKind.Ipv4
                    ? PieceV4(frame, part, at, isLast, identification)
                    : PieceV6(frame, part, at, isLast, identification)
            );
        }
        return pieces;
    }

    /// <summary>The packet that pieces in any order make, as a frame; null if some are missing or of another packet.</summary>
    public static byte[]? Join(IReadOnlyCollection<byte[]> pieces)
    {
        var parts = pieces.Select(piece => Read(piece)).OrderBy(part => part.Offset).ToList();
        if (parts.Select(part => part.Packet).Distinct().Count() != 1 || !parts[^1].IsLast)
            return null;
        var payload = new List<byte>();
        foreach (var part in parts)
        {
            if (part.Offset != payload.Count)
                return null;
            payload.AddRange(part.Payload);
        }
        var first = pieces.Single(piece => Read(piece).Offset == 0);
        PacketLayout.TryParse(first, out var layout).ShouldBeTrue();
        return Whole(first, layout, [.. payload]);
    }

    private static byte[] PieceV4(byte[] frame, ReadOnlySpan<byte> part, int offset, bool isLast, uint identification)
    {
        Ipv4View.TryParse(frame.AsSpan(Ethernet.HeaderLength), out var view).ShouldBeTrue();
        var header = new Ipv4Header(view.Source, view.Destination, view.Protocol, part.Length)
        {
            Ttl = view.Ttl,
            FragmentOffset = offset,
            HasMoreFragments = !isLast,
            Identification = (ushort)identification,
        };
        var piece = new byte[Ethernet.HeaderLength + header.Length + part.Length];
        frame.AsSpan(0, Ethernet.HeaderLength).CopyTo(piece);
        header.Write(piece.AsSpan(Ethernet.HeaderLength));
        part.CopyTo(piece.AsSpan(Ethernet.HeaderLength + header.Length));
        return piece;
    }

    private static byte[] PieceV6(byte[] frame, ReadOnlySpan<byte> part, int offset, bool isLast, uint identification)
    {
        var piece = new byte[Ethernet.HeaderLength + Ipv6.HeaderLength + HeaderLength + part.Length];
        frame.AsSpan(0, Ethernet.HeaderLength + Ipv6.HeaderLength).CopyTo(piece);
        var packet = piece.AsSpan(Ethernet.HeaderLength);
        var protocol = packet[6];
        packet[6] = IpProtocol.Fragment;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(HeaderLength + part.Length));
        var header = packet[Ipv6.HeaderLength..];
        header[0] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(offset | (isLast ? 0 : 1)));
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], identification);
        part.CopyTo(header[HeaderLength..]);
        return piece;
    }

    private static (string Packet, int Offset, bool IsLast, byte[] Payload) Read(byte[] piece)
    {
        var packet = piece.AsSpan(Ethernet.HeaderLength);
        PacketLayout.TryParse(piece, out var layout).ShouldBeTrue();
        FragmentIdentity.TryRead(piece, layout, out var identification).ShouldBeTrue();
        if (layout.Network == NetworkKind.Ipv4)
        {
            Ipv4View.TryParse(packet, out var view).ShouldBeTrue();
            return (
                $"{view.Source} {view.Destination} {identification}",
                view.FragmentOffset,
                !view.HasMoreFragments,
                view.Payload.ToArray()
            );
        }
        Ipv6View.TryParse(packet, out var v6).ShouldBeTrue();
        var word = BinaryPrimitives.ReadUInt16BigEndian(v6.Payload[2..]);
        var payload = v6.Payload[HeaderLength..].ToArray();
        return ($"{v6.Source} {v6.Destination} {identification}", word & 0xfff8, (word & 1) == 0, payload);
    }

    private static byte[] Whole(byte[] first, in PacketLayout layout, byte[] payload)
    {
        var headers = first.AsSpan(
            0,
            Ethernet.HeaderLength + (layout.Network == NetworkKind.Ipv4 ? Ipv4.MinHeaderLength : Ipv6.HeaderLength)
        );
        byte[] frame = [.. headers, .. payload];
        var packet = frame.AsSpan(Ethernet.HeaderLength);
        if (layout.Network == NetworkKind.Ipv4)
        {
            Ipv4View.TryParse(packet, out var view).ShouldBeTrue();
            new Ipv4Header(view.Source, view.Destination, view.Protocol, payload.Length) { Ttl = view.Ttl }.Write(packet);
        }
        else
        {
            packet[6] = first[Ethernet.HeaderLength + Ipv6.HeaderLength];
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)payload.Length);
        }
        return frame;
    }
}
