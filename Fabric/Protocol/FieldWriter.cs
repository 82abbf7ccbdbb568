using System.Buffers.Binary;
using System.Text;

namespace Fabric.Protocol;

/// <summary>Writes fields: each a number, the length of its content, and the content.</summary>
/// <remarks>
/// Numbers of fields and lengths are written in groups of seven bits, lowest first, the highest bit telling that more follow. A value that is a
/// number is written highest byte first and without leading zeros. So equal values are equal bytes. Not thread-safe.
/// </remarks>
internal sealed class FieldWriter
{
    private const int FirstCapacity = 256;
    private byte[] _bytes = new byte[FirstCapacity];

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>The lowest level that reads what has been written.</summary>
    public int Level { get; private set; } = CodecLevel.First;

    /// <summary>What has been written; valid until more is.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What follows is known from a level on.</summary>
    public void Require(int level) => Level = Math.Max(Level, level);

    /// <summary>Begins a field; the result is handed to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Groups((uint)field);
        Length++;
        Reserve(0);
        return Length;
    }

    /// <summary>Ends a field by writing the length of its content before it.</summary>
    public void End(int begin)
    {
        var length = (uint)(Length - begin);
        // One byte was left free, which is enough for most; a longer length moves the content.
        var more = GroupsOf(length) - 1;
        if (more > 0)
        {
            Reserve(more);
            _bytes.AsSpan(begin, (int)length).CopyTo(_bytes.AsSpan(begin + more));
        }
        Length = begin - 1;
        Groups(length);
        Length += (int)length;
    }

    /// <summary>A number in groups of seven bits.</summary>
    public void Groups(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>A number to the end of its field, without leading zeros; zero is no byte at all.</summary>
    public void Number(UInt128 value)
    {
        var length = (128 - (int)UInt128.LeadingZeroCount(value) + 7) / 8;
        Reserve(length);
        for (var i = length - 1; i >= 0; i--)
            _bytes[Length++] = (byte)(value >> (8 * i));
    }

    /// <summary>Eight bytes, highest first.</summary>
    public void Fixed64(ulong value)
    {
        Reserve(sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(ulong);
    }

    /// <summary>Sixteen bytes, highest first.</summary>
    public void Fixed128(UInt128 value)
    {
        Fixed64((ulong)(value >> 64));
        Fixed64((ulong)value);
    }

    /// <summary>Two bytes, highest first.</summary>
    public void Fixed16(ushort value)
    {
        Byte((byte)(value >> 8));
        Byte((byte)value);
    }

    /// <summary>Bytes to the end of their field.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_bytes.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>Text to the end of its field, as UTF-8.</summary>
    public void Text(string? value)
    {
        var length = Encoding.UTF8.GetByteCount(value ?? "");
        Reserve(length);
        Length += Encoding.UTF8.GetBytes(value ?? "", _bytes.AsSpan(Length));
    }

    private static int GroupsOf(uint value) => (38 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7;

    private void Reserve(int length)
    {
        if (Length + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
    }
}
