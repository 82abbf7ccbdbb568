using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>The Internet checksum (RFC 1071): the complement of the ones' complement sum of 16-bit words.</summary>
/// <remarks>
/// A running sum is a <see cref="uint"/> below 2^17, so that a few may be added before <see cref="Finish"/>. Values are
/// in host order. Only the last of the parts that are summed together may have an odd length.
/// </remarks>
public static class Checksum
{
    /// <summary>The checksum of bytes whose checksum field is zero; zero if the field is filled and right.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes) => Finish(Sum(bytes));

    /// <summary>The complement of a running sum: what stands in a checksum field.</summary>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    /// <summary>The sum of 16-bit words, an odd last byte being the high half of its word; 0..0xffff.</summary>
    /// <remarks>
    /// Words are added in the machine's order and the result is swapped once (RFC 1071, section 2 (B)); 32 bytes a
    /// step as eight 32-bit words in 64-bit lanes (section 2 (C)), which cannot overflow below 2^31 steps.
    /// </remarks>
    public static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (bytes.Length >= Vector256<byte>.Count)
        {
            var lanes = Vector256<ulong>.Zero;
            var blocks = MemoryMarshal.Cast<byte, Vector256<uint>>(bytes);
            foreach (var block in blocks)
            {
                var (low, high) = Vector256.Widen(block);
                lanes += low + high;
            }
            sum = (ulong)Fold64(lanes[0]) + Fold64(lanes[1]) + Fold64(lanes[2]) + Fold64(lanes[3]);
            bytes = bytes[(blocks.Length * Vector256<byte>.Count)..];
        }
        foreach (var word in MemoryMarshal.Cast<byte, uint>(bytes))
            sum += word;
        bytes = bytes[(bytes.Length & ~3)..];
        if (bytes.Length >= 2)
        {
            sum += MemoryMarshal.Read<ushort>(bytes);
            bytes = bytes[2..];
        }
        if (!bytes.IsEmpty)
            sum += MemoryMarshal.Read<ushort>([bytes[0], 0]);
        var native = Fold64(sum);
        return BinaryPrimitives.ReadUInt16BigEndian(MemoryMarshal.AsBytes(new ReadOnlySpan<ushort>(ref native)));
    }

    /// <summary>The sum of the IPv4 pseudo header (RFC 9293, section 3.1; RFC 768, Fields).</summary>
    /// <param name="source">The datagram's source.</param>
    /// <param name="destination">The datagram's final destination.</param>
    /// <param name="protocol">The upper protocol.</param>
    /// <param name="length">Bytes of the upper header and its data.</param>
    public static uint Pseudo(Ipv4Address source, Ipv4Address destination, byte protocol, int length) =>
        Fold64((ulong)source.Bits + destination.Bits + protocol + (uint)length);

    /// <summary>The sum of the IPv6 pseudo header (RFC 8200, section 8.1).</summary>
    /// <inheritdoc cref="Pseudo(Ipv4Address, Ipv4Address, byte, int)"/>
    public static uint Pseudo(Ipv6Address source, Ipv6Address destination, byte protocol, int length) =>
        Fold((uint)Words(source.Bits) + Words(destination.Bits) + Fold64((ulong)protocol + (uint)length));

    /// <summary>The sum of the pseudo header of the addresses' version, which must be one.</summary>
    /// <inheritdoc cref="Pseudo(Ipv4Address, Ipv4Address, byte, int)"/>
    public static uint Pseudo(IpAddress source, IpAddress destination, byte protocol, int length) =>
        source.Family == IpFamily.V4
            ? Pseudo(source.AsV4, destination.AsV4, protocol, length)
            : Pseudo(source.AsV6, destination.AsV6, protocol, length);

    /// <summary>A checksum after one of its 16-bit words changed (RFC 1624, section 3, equation 3).</summary>
    /// <remarks>Equal to the full sum of the new bytes unless these are all zero, which no header is.</remarks>
    public static ushort Update(ushort checksum, ushort old, ushort @new) => Finish((uint)(ushort)~checksum + (ushort)~old + @new);

    /// <inheritdoc cref="Update(ushort, ushort, ushort)"/>
    public static ushort Update(ushort checksum, uint old, uint @new) => Update(checksum, Fold64(old), Fold64(@new));

    /// <inheritdoc cref="Update(ushort, ushort, ushort)"/>
    public static ushort Update(ushort checksum, UInt128 old, UInt128 @new) => Update(checksum, Words(old), Words(@new));

    /// <summary>Adds the carries of a running sum back until 16 bits remain.</summary>
    internal static ushort Fold(uint sum)
    {
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)(sum + (sum >> 16));
    }

    /// <summary>The sum of the eight 16-bit words of a number.</summary>
    internal static ushort Words(UInt128 value) => Fold((uint)Fold64((ulong)(value >> 64)) + Fold64((ulong)value));

    /// <summary>The sum of the four 16-bit words of a number.</summary>
    internal static ushort Fold64(ulong sum)
    {
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
        return Fold((uint)sum);
    }
}
