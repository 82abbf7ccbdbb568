using System.Runtime.InteropServices;

namespace Fabric.Agent.Netlink;

/// <summary>Takes a datagram apart into its messages, without copying.</summary>
/// <remarks>Stops at the first malformed message; ask <see cref="Problem"/> once when <see cref="TryRead"/> said false.</remarks>
public ref struct NetlinkMessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>What was wrong, or None.</summary>
    public NetlinkProblem Problem { get; private set; }

    /// <summary>Reads the next message.</summary>
    /// <returns>False at the end of the datagram or at a malformed message.</returns>
    public bool TryRead(out NetlinkMessage message)
    {
        message = default;
        if (_rest.IsEmpty || Problem != NetlinkProblem.None)
        {
            return false;
        }
        if (_rest.Length < NetlinkFormat.MessageHeaderBytes)
        {
            Problem = NetlinkProblem.MessageHeaderCut;
            return false;
        }
        var length = MemoryMarshal.Read<uint>(_rest);
        if (length < NetlinkFormat.MessageHeaderBytes)
        {
            Problem = NetlinkProblem.MessageLengthTooSmall;
            return false;
        }
        if (length > (uint)_rest.Length)
        {
            Problem = NetlinkProblem.MessageCut;
            return false;
        }
        message = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(_rest[NetlinkFormat.MessageTypeOffset..]),
            (NetlinkFlags)MemoryMarshal.Read<ushort>(_rest[NetlinkFormat.MessageFlagsOffset..]),
            MemoryMarshal.Read<uint>(_rest[NetlinkFormat.MessageSequenceOffset..]),
            _rest[NetlinkFormat.MessageHeaderBytes..(int)length]
        );
        // The last message may come without its padding.
        _rest = _rest[Math.Min(NetlinkFormat.Align((int)length), _rest.Length)..];
        return true;
    }
}
