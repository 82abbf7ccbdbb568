using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>A connection as tables hold it: 68 bytes for IPv4, 144 for IPv6.</summary>
internal struct ConnectionEntry<TAddress>
    where TAddress : unmanaged
{
    /// <summary>Beside the flags, where TCP has another one that is not kept.</summary>
    private const byte Answered = 0x80;

    /// <summary>The direction of the side that began.</summary>
    public ConnectionTuple<TAddress> Forward;

    /// <summary>The direction of the answers.</summary>
    public ConnectionTuple<TAddress> Return;

    /// <summary>The connection of the same owner that may give way and did so before this one, or -1. Of a free entry, the next free one.</summary>
    public int Older;

    /// <summary>The one that became so after this one, or -1.</summary>
    public int Newer;

    /// <summary>Whose share it is of, by number; -1 for a free entry.</summary>
    public int Owner;

    /// <summary>The port that the first packet left by, by number.</summary>
    public int Egress;

    /// <summary>When it began, in tenths of a second of a clock that hosts have roughly in common: tells it from those of the same ends.</summary>
    public uint Begun;

    /// <summary>How often the place was taken.</summary>
    public uint Generation;

    /// <summary>One more than the place of its mapping, or 0. Of a mapping: how many connections use it.</summary>
    public int Mapping;

    /// <summary>When the last packet was seen, in tenths of a second.</summary>
    public uint LastSeen;

    /// <summary>IP protocol.</summary>
    public byte Protocol;

    /// <summary>Where it is in its life.</summary>
    public ConnectionPhase Phase;

    private byte _forwardFlags;
    private byte _returnFlags;

    /// <summary>All TCP flags seen in the forward direction.</summary>
    public readonly TcpFlags ForwardFlags => (TcpFlags)_forwardFlags;

    /// <summary>All TCP flags seen in the return direction.</summary>
    public readonly TcpFlags ReturnFlags => (TcpFlags)(_returnFlags & ~Answered);

    /// <summary>A packet of the return direction was seen.</summary>
    public readonly bool IsAnswered => (_returnFlags & Answered) != 0;

    /// <summary>It is no connection but what several share, see <see cref="ConnectionSection{TAddress}.Map"/>.</summary>
    public bool IsMapping
    {
        readonly get => (_forwardFlags & Answered) != 0;
        set => _forwardFlags = (byte)(value ? Answered : 0);
    }

    /// <summary>Notes what was seen, and the phase that follows.</summary>
    public void See(bool isReturn, TcpFlags flags)
    {
        if (isReturn)
            _returnFlags |= (byte)((byte)(flags & ConnectionLife.Kept) | Answered);
        else
            _forwardFlags |= (byte)(flags & ConnectionLife.Kept);
        Phase = ConnectionLife.PhaseOf(Protocol, IsAnswered, ForwardFlags, ReturnFlags);
    }
}
