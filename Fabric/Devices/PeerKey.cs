using System.Buffers.Binary;

namespace Fabric.Devices;

/// <summary>The public key of a host's agent, by which other agents know its messages: a point of the curve P-256.</summary>
/// <remarks>
/// 64 bytes: the coordinates X and Y, highest byte first (NIST SP 800-186, section 3.2.1.3). Whether they are a point of the curve is found out
/// by whoever uses the key. The default is no key.
/// </remarks>
/// <param name="XHigh">The first 16 bytes of X.</param>
/// <param name="XLow">The last 16 bytes of X.</param>
/// <param name="YHigh">The first 16 bytes of Y.</param>
/// <param name="YLow">The last 16 bytes of Y.</param>
public readonly record struct PeerKey(UInt128 XHigh, UInt128 XLow, UInt128 YHigh, UInt128 YLow)
{
    /// <summary>The length of a key, in bytes.</summary>
    public const int Length = 64;

    private const int Quarter = 16;

    /// <summary>Reads a key.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    public static PeerKey Read(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt128BigEndian(bytes),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[Quarter..]),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[(2 * Quarter)..]),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[(3 * Quarter)..])
        );

    /// <summary>Writes the key.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, XHigh);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[Quarter..], XLow);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[(2 * Quarter)..], YHigh);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[(3 * Quarter)..], YLow);
    }
}
