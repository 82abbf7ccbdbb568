using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Fabric.Agent.Netlink;

/// <summary>Writes messages and attributes at the end of a <see cref="NetlinkBuffer"/>.</summary>
/// <remarks>
/// Holds no state but the buffer, so copies of a writer go on where the others stopped. Padding and lengths are right by
/// construction as long as every mark is ended, inner before outer.
/// </remarks>
public readonly ref struct NetlinkWriter(NetlinkBuffer buffer)
{
    /// <summary>The most that a nested attribute can hold.</summary>
    public const int MaxNestedBytes = NetlinkFormat.MaxAttributeBytes - NetlinkFormat.AttributeHeaderBytes;

    private readonly NetlinkBuffer _buffer = buffer;

    /// <summary>The place where the next write begins.</summary>
    public NetlinkMark Here => new(_buffer.Length);

    /// <summary>Forgets all that was written since the mark; marks behind it are dead.</summary>
    public void TakeBack(NetlinkMark mark) => _buffer.Truncate(mark.Offset);

    /// <summary>Begins a message; several may stand in one datagram.</summary>
    public NetlinkMark BeginMessage(ushort type, NetlinkFlags flags, uint sequence)
    {
        var mark = new NetlinkMark(_buffer.Length);
        var header = _buffer.Append(NetlinkFormat.MessageHeaderBytes);
        MemoryMarshal.Write(header[NetlinkFormat.MessageTypeOffset..], type);
        MemoryMarshal.Write(header[NetlinkFormat.MessageFlagsOffset..], (ushort)flags);
        MemoryMarshal.Write(header[NetlinkFormat.MessageSequenceOffset..], sequence);
        return mark;
    }

    /// <summary>Ends a message: its length covers all that was written since the mark.</summary>
    public void EndMessage(NetlinkMark mark) => MemoryMarshal.Write(_buffer.Written[mark.Offset..], (uint)(_buffer.Length - mark.Offset));

    /// <summary>Adds flags to a message that is already begun.</summary>
    public void AddFlags(NetlinkMark mark, NetlinkFlags flags)
    {
        var place = _buffer.Written[(mark.Offset + NetlinkFormat.MessageFlagsOffset)..];
        MemoryMarshal.Write(place, (ushort)(MemoryMarshal.Read<ushort>(place) | (ushort)flags));
    }

    /// <summary>Gives a message another sequence number, to send it once more.</summary>
    public void SetSequence(NetlinkMark mark, uint sequence) =>
        MemoryMarshal.Write(_buffer.Written[(mark.Offset + NetlinkFormat.MessageSequenceOffset)..], sequence);

    /// <summary>Writes the fixed header of a family, padded.</summary>
    public void WriteFixed<T>(in T header)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        MemoryMarshal.Write(_buffer.Append(NetlinkFormat.Align(size)), header);
    }

    /// <summary>Writes a number or a struct of the kernel, in the host's order.</summary>
    public void Write<T>(ushort type, in T value)
        where T : unmanaged => MemoryMarshal.Write(Add(type, Unsafe.SizeOf<T>()), value);

    /// <summary>Writes bytes as they are: an address, or a number in network order.</summary>
    public void WriteBytes(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Add(type, value.Length));

    /// <summary>Writes text with the NUL byte that the kernel expects at its end.</summary>
    public void WriteText(ushort type, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Add(type, length + 1));
    }

    /// <summary>Writes an attribute that says all by being there.</summary>
    public void WriteFlag(ushort type) => Add(type, 0);

    /// <summary>Writes an attribute of zeroes and returns its value to be filled in place, before anything else is written.</summary>
    public Span<byte> Add(ushort type, int valueBytes)
    {
        var length = Checked(NetlinkFormat.AttributeHeaderBytes + valueBytes);
        var attribute = _buffer.Append(NetlinkFormat.Align(length));
        MemoryMarshal.Write(attribute, length);
        MemoryMarshal.Write(attribute[NetlinkFormat.AttributeTypeOffset..], type);
        return attribute.Slice(NetlinkFormat.AttributeHeaderBytes, valueBytes);
    }

    /// <summary>Begins an attribute whose value is attributes.</summary>
    public NetlinkMark BeginNested(ushort type)
    {
        var mark = new NetlinkMark(_buffer.Length);
        Add((ushort)(type | NetlinkFormat.NestedFlag), 0);
        return mark;
    }

    /// <summary>Ends a nested attribute: its length covers all that was written since the mark.</summary>
    /// <exception cref="InvalidOperationException">The value is longer than an attribute can be.</exception>
    public void EndNested(NetlinkMark mark) => MemoryMarshal.Write(_buffer.Written[mark.Offset..], Checked(_buffer.Length - mark.Offset));

    private static ushort Checked(int length) =>
        length <= NetlinkFormat.MaxAttributeBytes
            ? (ushort)length
            : throw new InvalidOperationException($"a netlink attribute cannot hold {length} bytes");
}
