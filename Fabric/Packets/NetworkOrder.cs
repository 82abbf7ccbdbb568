using System.Buffers.Binary;
using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>Reads and writes fields at an offset in network byte order (RFC 791, appendix B).</summary>
/// <remarks>The caller has proved the length; an offset past the end throws, which would be our bug.</remarks>
internal static class NetworkOrder
{
    public static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    public static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    public static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);

    public static MacAddress Mac(ReadOnlySpan<byte> bytes, int at) => new((ulong)U16(bytes, at) << 32 | U32(bytes, at + 2));

    public static Ipv4Address V4(ReadOnlySpan<byte> bytes, int at) => new(U32(bytes, at));

    public static Ipv6Address V6(ReadOnlySpan<byte> bytes, int at) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes[at..]));

    public static void Put(Span<byte> bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], value);

    public static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], value);

    public static void Put(Span<byte> bytes, int at, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(bytes[at..], value);

    public static void Put(Span<byte> bytes, int at, MacAddress value)
    {
        Put(bytes, at, (ushort)(value.Bits >> 32));
        Put(bytes, at + 2, (uint)value.Bits);
    }

    public static void Put(Span<byte> bytes, int at, Ipv4Address value) => Put(bytes, at, value.Bits);

    public static void Put(Span<byte> bytes, int at, Ipv6Address value) => BinaryPrimitives.WriteUInt128BigEndian(bytes[at..], value.Bits);
}
