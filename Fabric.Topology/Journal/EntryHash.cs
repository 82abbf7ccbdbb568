using System.Buffers.Binary;
using System.Globalization;

namespace Fabric.Topology.Journal;

/// <summary>The SHA-256 of an entry of the journal and of everything before it.</summary>
/// <param name="High">The first 16 of the 32 bytes, most significant first.</param>
/// <param name="Low">The last 16 bytes.</param>
/// <remarks>Two journals that hold the same hash at a position are equal up to there. All zero stands before the first entry.</remarks>
public readonly record struct EntryHash(UInt128 High, UInt128 Low)
{
    /// <summary>The size in bytes.</summary>
    public const int Length = 32;

    /// <summary>Reads 32 bytes.</summary>
    public static EntryHash Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..Length]));

    /// <summary>Writes 32 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }

    /// <summary>The 32 bytes in an array of their own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }

    /// <summary>Sixty-four hexadecimal digits.</summary>
    public override string ToString() =>
        High.ToString("x32", CultureInfo.InvariantCulture) + Low.ToString("x32", CultureInfo.InvariantCulture);
}
