using System.Buffers.Binary;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>One field within a struct of the kernel's key, in network order.</summary>
/// <param name="Field">The field.</param>
/// <param name="Offset">Of its first byte.</param>
/// <param name="Bytes">1, 2, 4, 6 or 16.</param>
/// <param name="Bits">How many of them a packet can have set; the kernel's masks have no others.</param>
internal readonly record struct OvsKeyPart(FlowField Field, int Offset, int Bytes, int Bits)
{
    /// <summary>A part whose every bit means something.</summary>
    public OvsKeyPart(FlowField field, int offset, int bytes)
        : this(field, offset, bytes, bytes * 8) { }

    /// <summary>The bits that a packet can have set.</summary>
    public UInt128 AllBits => UInt128.MaxValue >> (128 - Bits);

    /// <summary>Reads the part of a whole struct.</summary>
    public UInt128 Get(ReadOnlySpan<byte> value) =>
        Bytes switch
        {
            1 => value[Offset],
            2 => BinaryPrimitives.ReadUInt16BigEndian(value[Offset..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(value[Offset..]),
            6 => (ulong)BinaryPrimitives.ReadUInt16BigEndian(value[Offset..]) << 32
                | BinaryPrimitives.ReadUInt32BigEndian(value[(Offset + 2)..]),
            _ => BinaryPrimitives.ReadUInt128BigEndian(value[Offset..]),
        };

    /// <summary>Writes the part of a whole struct.</summary>
    public void Put(Span<byte> value, UInt128 bits)
    {
        bits &= AllBits;
        switch (Bytes)
        {
            case 1:
                value[Offset] = (byte)bits;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(value[Offset..], (ushort)bits);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(value[Offset..], (uint)bits);
                break;
            case 6:
                BinaryPrimitives.WriteUInt16BigEndian(value[Offset..], (ushort)(bits >> 32));
                BinaryPrimitives.WriteUInt32BigEndian(value[(Offset + 2)..], (uint)bits);
                break;
            default:
                BinaryPrimitives.WriteUInt128BigEndian(value[Offset..], bits);
                break;
        }
    }
}
