using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>A connection as it is kept outside of tables, and told to other hosts: all that another table needs to go on with it.</summary>
/// <param name="Forward">The direction of the side that began, as it enters the network.</param>
/// <param name="Return">The direction of the answers, as they enter it; of the other IP version if a router is between the two (RFC 6146).</param>
/// <param name="Ingress">The port that the first packet came in by.</param>
/// <param name="Egress">The port that it left by.</param>
/// <param name="Begun">When it began, as its table says: tells it from earlier ones of the same ends.</param>
/// <param name="ForwardFlags">All TCP flags seen in the forward direction; <see cref="ConnectionLife.Kept"/>.</param>
/// <param name="ReturnFlags">The same of the return direction.</param>
/// <param name="IsAnswered">A packet of the return direction was seen.</param>
/// <remarks>
/// In bytes, little-endian: 1 for a record, IP protocol, the flags of both directions, five bits, the devices' kinds, a checksum; the devices' ids, the
/// ports', the beginning; source and destination of both directions, and their ports. Where one direction is of IPv4 and the other of IPv6, the addresses of both are as long as
/// those of IPv6, and the protocol is that of the first direction.
/// </remarks>
public readonly record struct ConnectionRecord(
    ConnectionKey Forward,
    ConnectionKey Return,
    PortId Ingress,
    PortId Egress,
    uint Begun,
    TcpFlags ForwardFlags,
    TcpFlags ReturnFlags,
    bool IsAnswered
)
{
    private const byte Present = 1;

    /// <summary>A direction is of IPv4, and the other of IPv6.</summary>
    private const byte ForwardCrossed = 8;
    private const byte ReturnCrossed = 16;
    private const int ChecksumAt = 7;
    private const int AddressesAt = 44;

    /// <summary>Bytes of a record: 68 for IPv4, 116 for IPv6.</summary>
    public static int SizeOf(IpFamily family) => AddressesAt + 4 * WidthOf(family) + 4 * sizeof(ushort);

    /// <summary>The IP version of both directions; IPv6 if they are of two.</summary>
    public IpFamily Family => IsV4(Forward) && IsV4(Return) ? IpFamily.V4 : IpFamily.V6;

    /// <summary>What two tables, or one at two times, know of a connection together; of two connections of the same ends, the one that began last.</summary>
    public static ConnectionRecord Combine(in ConnectionRecord one, in ConnectionRecord other)
    {
        if (one.Begun != other.Begun)
            return IsLater(one.Begun, other.Begun) ? one : other;
        return one with
        {
            ForwardFlags = one.ForwardFlags | other.ForwardFlags,
            ReturnFlags = one.ReturnFlags | other.ReturnFlags,
            IsAnswered = one.IsAnswered || other.IsAnswered,
        };
    }

    /// <summary>A beginning is later than another, of which there are never so many that the difference is in doubt.</summary>
    internal static bool IsLater(uint begun, uint other) => (int)(begun - other) > 0;

    /// <summary>Writes the record.</summary>
    /// <param name="bytes">As long as <see cref="SizeOf"/> says.</param>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Present;
        bytes[1] = Forward.Protocol;
        bytes[2] = (byte)ForwardFlags;
        bytes[3] = (byte)ReturnFlags;
        var family = Family;
        bytes[4] = (byte)(
            (IsAnswered ? 1 : 0)
            | (Forward.IsTranslated ? 2 : 0)
            | (Return.IsTranslated ? 4 : 0)
            | (Forward.Source.Family != family ? ForwardCrossed : 0)
            | (Return.Source.Family != family ? ReturnCrossed : 0)
        );
        bytes[5] = (byte)Forward.Device.Kind;
        bytes[6] = (byte)Return.Device.Kind;
        bytes[ChecksumAt] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Forward.Device.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Return.Device.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Ingress.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Egress.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], Begun);
        var rest = bytes[AddressesAt..];
        WriteEnds(ref rest, Forward, family);
        WriteEnds(ref rest, Return, family);
        bytes[ChecksumAt] = ChecksumOf(bytes);
    }

    /// <summary>Reads a record; false where there is none, or what is there is none.</summary>
    /// <param name="bytes">As long as <see cref="SizeOf"/> says.</param>
    /// <param name="family">The IP version.</param>
    /// <param name="record">The record.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, IpFamily family, out ConnectionRecord record)
    {
        record = default;
        if (bytes.Length != SizeOf(family) || bytes[0] != Present || bytes[ChecksumAt] != ChecksumOf(bytes))
            return false;
        var (one, other) = ((DeviceKind)bytes[5], (DeviceKind)bytes[6]);
        if (!IsSite(one) || !IsSite(other))
            return false;
        var forward = new DeviceRef(one, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        var back = new DeviceRef(other, BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
        var (there, here) = (VersionOf(family, bytes[4], ForwardCrossed), VersionOf(family, bytes[4], ReturnCrossed));
        var protocol = bytes[1];
        var rest = bytes[AddressesAt..];
        record = new ConnectionRecord(
            ReadKey(ref rest, family, there, forward, protocol, (bytes[4] & 2) != 0),
            ReadKey(
                ref rest,
                family,
                here,
                back,
                here == there ? protocol : TransportTranslation.ProtocolOf(protocol),
                (bytes[4] & 4) != 0
            ),
            new PortId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])),
            new PortId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]),
            (TcpFlags)bytes[2],
            (TcpFlags)bytes[3],
            (bytes[4] & 1) != 0
        );
        return true;
    }

    private static bool IsSite(DeviceKind kind) => kind is DeviceKind.Bridge or DeviceKind.Router;

    private static int WidthOf(IpFamily family) => IpAddress.WidthOf(family) / 8;

    private static bool IsV4(in ConnectionKey key) => key.Source.Family == IpFamily.V4;

    /// <summary>The version of a direction; in a record of IPv4 there is no other.</summary>
    private static IpFamily VersionOf(IpFamily family, byte bits, byte crossed) => (bits & crossed) != 0 ? IpFamily.V4 : family;

    private static void WriteEnds(ref Span<byte> rest, in ConnectionKey key, IpFamily family)
    {
        WriteAddress(ref rest, key.Source, family);
        WriteAddress(ref rest, key.Destination, family);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, key.SourcePort);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], key.DestinationPort);
        rest = rest[4..];
    }

    private static void WriteAddress(ref Span<byte> rest, IpAddress address, IpFamily family)
    {
        if (family == IpFamily.V4)
            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)address.Bits);
        else
            BinaryPrimitives.WriteUInt128LittleEndian(rest, address.Bits);
        rest = rest[WidthOf(family)..];
    }

    private static ConnectionKey ReadKey(
        ref ReadOnlySpan<byte> rest,
        IpFamily family,
        IpFamily version,
        DeviceRef device,
        byte protocol,
        bool isTranslated
    )
    {
        var (source, destination) = (ReadAddress(ref rest, family, version), ReadAddress(ref rest, family, version));
        var key = new ConnectionKey(
            device,
            protocol,
            source,
            destination,
            BinaryPrimitives.ReadUInt16LittleEndian(rest),
            BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
            isTranslated
        );
        rest = rest[4..];
        return key;
    }

    private static IpAddress ReadAddress(ref ReadOnlySpan<byte> rest, IpFamily family, IpFamily version)
    {
        var bits = family == IpFamily.V4 ? BinaryPrimitives.ReadUInt32LittleEndian(rest) : BinaryPrimitives.ReadUInt128LittleEndian(rest);
        rest = rest[WidthOf(family)..];
        return IpAddress.Of(version, bits);
    }

    /// <summary>Of all bytes but itself; it finds what is half written, not what somebody forged.</summary>
    private static byte ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = 0x5a;
        for (var i = 0; i < bytes.Length; i++)
            sum = (sum << 1 | sum >> 7) & 0xff ^ (i == ChecksumAt ? 0 : bytes[i]);
        return (byte)sum;
    }
}
