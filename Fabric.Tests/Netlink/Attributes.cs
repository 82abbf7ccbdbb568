using System.Buffers.Binary;
using System.Text;

namespace Fabric.Tests.Netlink;

/// <summary>Attributes as bytes, written and read apart from the code under test.</summary>
internal static class Attributes
{
    /// <summary>One attribute with its padding.</summary>
    public static byte[] Of(int type, params byte[] value)
    {
        var bytes = new byte[(4 + value.Length + 3) / 4 * 4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)type);
        value.CopyTo(bytes, 4);
        return bytes;
    }

    public static byte[] Of(int type, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Of(type, bytes);
    }

    public static byte[] Of(int type, string text) => Of(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    /// <summary>Attributes within one.</summary>
    public static byte[] Nest(int type, params byte[][] attributes) => Of(type, [.. attributes.SelectMany(bytes => bytes)]);

    /// <summary>Numbers of 64 bits, as in the kernel's counters.</summary>
    public static byte[] Counters(params ulong[] numbers)
    {
        var bytes = new byte[numbers.Length * 8];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), numbers[i]);
        }
        return bytes;
    }

    /// <summary>Values by type, with the nested flag taken off.</summary>
    public static Dictionary<int, byte[]> Read(ReadOnlySpan<byte> bytes)
    {
        var values = new Dictionary<int, byte[]>();
        while (bytes.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            values.Add(BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) & 0x3fff, bytes[4..length].ToArray());
            bytes = bytes[Math.Min((length + 3) / 4 * 4, bytes.Length)..];
        }
        return values;
    }

    public static string Text(byte[] value) => Encoding.UTF8.GetString(value).TrimEnd('\0');

    public static uint Number(byte[] value) => BinaryPrimitives.ReadUInt32LittleEndian(value);
}
