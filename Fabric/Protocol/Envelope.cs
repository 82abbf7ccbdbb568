using System.Buffers.Binary;
using System.Numerics;

namespace Fabric.Protocol;

/// <summary>What stands round every message: format, level and checksum.</summary>
/// <remarks>
/// <code>
///   0       1           n         n+4
///  +-------+-----------+---------+---------+
///  | 0x01  | level ... | CRC-32C | content |
///  +-------+-----------+---------+---------+
/// </code>
/// The level is in groups of seven bits. The checksum (CRC-32C, RFC 3720, section 12.1), highest byte first, is of level and content; it finds
/// accidents, not forgers.
/// </remarks>
internal static class Envelope
{
    private const byte Format = 1;
    private const int ChecksumLength = 4;

    /// <summary>A message of a value.</summary>
    public static byte[] Seal<T>(FieldCodec<T> codec, T value)
    {
        var content = new FieldWriter();
        codec.Write(content, value);
        var head = new FieldWriter();
        head.Byte(Format);
        head.Groups((uint)content.Level);
        var message = new byte[head.Length + ChecksumLength + content.Length];
        head.Written.CopyTo(message);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(head.Length), Checksum(head.Written[1..], content.Written));
        content.Written.CopyTo(message.AsSpan(head.Length + ChecksumLength));
        return message;
    }

    /// <summary>The value of a message; false for bytes that are none, or not wholly known to this program.</summary>
    public static bool TryOpen<T>(FieldCodec<T> codec, ReadOnlySpan<byte> message, out T? value, out CodecFault fault)
    {
        value = default;
        fault = Check(message, out var content);
        if (fault.Kind != CodecFaultKind.None)
            return false;
        var context = default(ReadContext);
        if (codec.TryRead(content, ref context, out var read))
        {
            value = read;
            return true;
        }
        fault = context.Fault;
        return false;
    }

    /// <summary>The lowest level that reads a message which <see cref="Seal"/> made.</summary>
    public static int LevelOf(ReadOnlySpan<byte> message)
    {
        var rest = message[1..];
        return FieldReader.TryGroups(ref rest, out var level) ? (int)level : throw new ArgumentException("no message", nameof(message));
    }

    private static CodecFault Check(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (message.IsEmpty)
            return new CodecFault(CodecFaultKind.Truncated);
        if (message[0] != Format)
            return new CodecFault(CodecFaultKind.UnknownFormat);
        var rest = message[1..];
        if (!FieldReader.TryGroups(ref rest, out var level) || rest.Length < ChecksumLength)
            return new CodecFault(CodecFaultKind.Truncated);
        var head = message[1..^rest.Length];
        content = rest[ChecksumLength..];
        if (BinaryPrimitives.ReadUInt32BigEndian(rest) != Checksum(head, content))
            return new CodecFault(CodecFaultKind.Damaged);
        return level > CodecLevel.Current
            ? new CodecFault(CodecFaultKind.NeedsLevel, Level: (int)Math.Min(level, int.MaxValue))
            : CodecFault.None;
    }

    private static uint Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> content) => ~Update(Update(uint.MaxValue, head), content);

    private static uint Update(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            sum = BitOperations.Crc32C(sum, one);
        return sum;
    }
}
