using System.Buffers.Binary;
using Fabric.Devices;

namespace Fabric.Topology.Peers;

/// <summary>The bytes between two agents: what stands in clear, and is authenticated with the rest.</summary>
/// <remarks>
/// <code>
///              0    1      2             10                  18                    26
/// hello        | 1  | kind | sender      | own session id    | echo of the other's | code (16)
/// message      | 1  | kind | sender      | receiver's session| counter             | topic (1), payload: sealed | code (16)
/// </code>
/// Numbers are written highest byte first. The code of a hello is HMAC-SHA-256 over all before it, cut to 16 bytes; that of a message is
/// AES-256-GCM's over the header and what is sealed (NIST SP 800-38D), with the counter as the nonce.
/// </remarks>
internal static class PeerDatagram
{
    /// <summary>The version of this layout.</summary>
    internal const byte Version = 1;

    /// <summary>The length of what is in clear.</summary>
    internal const int HeaderLength = 26;

    /// <summary>The length of the code at the end.</summary>
    internal const int CodeLength = 16;

    /// <summary>The length of a hello.</summary>
    internal const int HelloLength = HeaderLength + CodeLength;

    /// <summary>The longest datagram.</summary>
    internal const int MaxLength = HeaderLength + 1 + IPeers.MaxPayload + CodeLength;

    /// <summary>Writes the header; the two numbers mean what the kind says.</summary>
    internal static void WriteHeader(Span<byte> datagram, PeerDatagramKind kind, HostId sender, ulong first, ulong second)
    {
        datagram[0] = Version;
        datagram[1] = (byte)kind;
        BinaryPrimitives.WriteUInt64BigEndian(datagram[2..], sender.Value);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[10..], first);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[18..], second);
    }

    /// <summary>Reads the header; false if it is none of this version, or the length does not fit the kind.</summary>
    internal static bool TryReadHeader(ReadOnlySpan<byte> datagram, out PeerHeader header)
    {
        header = default;
        if (datagram.Length is < HelloLength or > MaxLength || datagram[0] != Version)
            return false;
        header = new PeerHeader(
            (PeerDatagramKind)datagram[1],
            new HostId(BinaryPrimitives.ReadUInt64BigEndian(datagram[2..])),
            BinaryPrimitives.ReadUInt64BigEndian(datagram[10..]),
            BinaryPrimitives.ReadUInt64BigEndian(datagram[18..])
        );
        return header.Kind switch
        {
            PeerDatagramKind.Ask or PeerDatagramKind.Confirm => datagram.Length == HelloLength,
            PeerDatagramKind.Message => datagram.Length > HelloLength,
            _ => false,
        };
    }
}
