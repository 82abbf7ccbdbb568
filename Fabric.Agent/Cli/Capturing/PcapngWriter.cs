using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Fabric.Agent.Cli.Capturing;

/// <summary>Writes packets in the format of pcapng, each with a comment (draft-ietf-opsawg-pcapng).</summary>
/// <remarks>
/// Little-endian; times in nanoseconds. One section; its interfaces first. A block is its type, its length, its content filled up to four bytes,
/// and its length once more.
/// <code>
/// section header | interface ... | packet ...
/// </code>
/// </remarks>
internal static class PcapngWriter
{
    /// <summary>The longest packet that is kept whole, in bytes.</summary>
    public const int MaxPacketBytes = 1 << 18;

    private const uint SectionHeader = 0x0a0d0d0a;
    private const uint ByteOrder = 0x1a2b3c4d;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort Ethernet = 1;
    private const ushort EndOfOptions = 0;
    private const ushort Comment = 1;
    private const ushort Application = 4; // of a section
    private const ushort Name = 2; // of an interface
    private const ushort Description = 3; // of an interface
    private const ushort TimeResolution = 9; // of an interface
    private const ushort Flags = 2; // of a packet
    private const byte Nanoseconds = 9;
    private const uint Inbound = 1;
    private const uint Outbound = 2;
    private const int MaxOptionBytes = ushort.MaxValue;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="application">Who writes it.</param>
    public static void WriteSection(IBufferWriter<byte> output, string application)
    {
        var block = new ArrayBufferWriter<byte>();
        Write(block, ByteOrder);
        Write(block, (ushort)1);
        Write(block, (ushort)0);
        // The length of the section is not known.
        Write(block, ulong.MaxValue);
        WriteOption(block, Application, Encoding.UTF8.GetBytes(application));
        Write(block, (uint)EndOfOptions);
        WriteBlock(output, SectionHeader, block.WrittenSpan);
    }

    /// <summary>Adds an interface; packets name it by its place among them.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    public static void WriteInterface(IBufferWriter<byte> output, string name, string description)
    {
        var block = new ArrayBufferWriter<byte>();
        Write(block, Ethernet);
        Write(block, (ushort)0);
        Write(block, (uint)MaxPacketBytes);
        WriteOption(block, Name, Encoding.UTF8.GetBytes(name));
        WriteOption(block, Description, Encoding.UTF8.GetBytes(description));
        WriteOption(block, TimeResolution, [Nanoseconds]);
        Write(block, (uint)EndOfOptions);
        WriteBlock(output, InterfaceDescription, block.WrittenSpan);
    }

    /// <summary>Adds a packet.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="packet">It and what is known of it.</param>
    /// <param name="frame">Its bytes, from the Ethernet header.</param>
    public static void WritePacket(IBufferWriter<byte> output, in CapturedPacket packet, ReadOnlySpan<byte> frame)
    {
        var kept = frame[..Math.Min(frame.Length, MaxPacketBytes)];
        var nanoseconds = (ulong)(packet.Time - DateTimeOffset.UnixEpoch).Ticks * (1_000_000_000 / TimeSpan.TicksPerSecond);
        var block = new ArrayBufferWriter<byte>(kept.Length + 256);
        Write(block, (uint)packet.Interface);
        Write(block, (uint)(nanoseconds >> 32));
        Write(block, (uint)nanoseconds);
        Write(block, (uint)kept.Length);
        Write(block, (uint)frame.Length);
        block.Write(kept);
        Fill(block, kept.Length);
        if (packet.Comment.Length > 0)
            WriteOption(block, Comment, Encoding.UTF8.GetBytes(packet.Comment));
        Span<byte> flags = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(flags, packet.IsInbound ? Inbound : Outbound);
        WriteOption(block, Flags, flags);
        Write(block, (uint)EndOfOptions);
        WriteBlock(output, EnhancedPacket, block.WrittenSpan);
    }

    private static void WriteBlock(IBufferWriter<byte> output, uint type, ReadOnlySpan<byte> content)
    {
        var length = (uint)(3 * sizeof(uint) + content.Length);
        Write(output, type);
        Write(output, length);
        output.Write(content);
        Write(output, length);
    }

    private static void WriteOption(ArrayBufferWriter<byte> block, ushort code, ReadOnlySpan<byte> value)
    {
        value = value[..Math.Min(value.Length, MaxOptionBytes)];
        Write(block, code);
        Write(block, (ushort)value.Length);
        block.Write(value);
        Fill(block, value.Length);
    }

    private static void Fill(IBufferWriter<byte> block, int length) => block.Write(stackalloc byte[-length & 3]);

    private static void Write(IBufferWriter<byte> output, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(sizeof(ushort)), value);
        output.Advance(sizeof(ushort));
    }

    private static void Write(IBufferWriter<byte> output, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
    }

    private static void Write(IBufferWriter<byte> output, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }
}
