using System.Buffers.Binary;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;

namespace Fabric.Bench.Kernel;

/// <summary>Sends UDP in frames of 60 bytes from one guest's station to another's, each frame with a 5-tuple that no frame had before.</summary>
/// <remarks>64 frames a system call. One thread at a time.</remarks>
internal sealed class FlowSource : IDisposable
{
    /// <summary>Frames that one system call sends.</summary>
    public const int BatchFrames = FrameBatch.Capacity;

    public const int FrameBytes = 60;
    public const int SourcePortAt = 14 + 20;
    public const int DestinationPortAt = SourcePortAt + 2;
    public const int PayloadAt = SourcePortAt + 8;

    private const int ChecksumAt = SourcePortAt + 6;
    private const int FirstDestinationPort = 20_000;

    private const int FirstSourcePort = 1024;

    // A block of flows has one destination port.
    private const int BlockFlows = (1 << 16) - FirstSourcePort;

    // Of the process, so that no two sources ever send the same flow.
    private static int s_blocks;

    private readonly PacketSocket _socket;
    private readonly FrameBatch _batch = new();
    private readonly List<int> _blocks = [];
    private int _next;
    private long _sent;

    /// <summary>Opens a socket in the guest that sends.</summary>
    /// <param name="contender">Whose site, and whose next hop.</param>
    /// <param name="from">The guest that sends.</param>
    /// <param name="to">Whose station the frames are for.</param>
    /// <param name="address">By which address; the station's if left out.</param>
    public FlowSource(KernelContender contender, GuestPlan from, GuestPlan to, string? address = null)
    {
        _socket = contender.Site[from].Run(() => PacketSocket.Open(KernelSite.GuestPort));
        var packet = PacketNotation.Parse(
            $"udp,dl_src={from.StationMac},dl_dst={contender.NextHopOf(from, to)},nw_src={from.StationAddress},nw_dst={address ?? to.StationAddress},"
                + $"nw_ttl=64,tp_src=1,tp_dst=1,payload={new string('0', 2 * (FrameBytes - PayloadAt))}"
        );
        var frame = packet.ToFrame();
        // No checksum (RFC 768), so that ports can be changed without one.
        frame.AsSpan(ChecksumAt, sizeof(ushort)).Clear();
        while (_batch.TryAdd(frame)) { }
    }

    /// <summary>Frames that the kernel took so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>The socket, to receive at.</summary>
    public PacketSocket Socket => _socket;

    /// <summary>The ports of the flow that was sent last, source in the upper half.</summary>
    public uint LastPorts { get; private set; }

    /// <summary>Sends frames of new flows.</summary>
    /// <param name="count">How many, up to <see cref="BatchFrames"/>.</param>
    public void SendNew(int count)
    {
        for (var i = 0; i < count; i++)
        {
            WritePorts(i, Advance());
            _socket.Queue(_batch, i);
        }
        Volatile.Write(ref _sent, _sent + _socket.Flush());
    }

    /// <summary>Sends one frame of a new flow that carries when it was sent.</summary>
    public void SendStamped(long stamp)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_batch.Frame(0)[PayloadAt..], stamp);
        SendNew(1);
    }

    /// <summary>Sends the flow that was sent last again.</summary>
    /// <param name="count">How many frames, up to <see cref="BatchFrames"/>.</param>
    public void SendAgain(int count)
    {
        for (var i = 0; i < count; i++)
        {
            WritePorts(i, LastPorts);
            _socket.Queue(_batch, i);
        }
        Volatile.Write(ref _sent, _sent + _socket.Flush());
    }

    /// <summary>Goes back, to send flows again that were sent before.</summary>
    /// <param name="flows">How many; at most all of them.</param>
    public void GoBack(int flows) => _next -= flows;

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _batch.Dispose();
    }

    private uint Advance()
    {
        var (block, source) = Math.DivRem(_next++, BlockFlows);
        if (block == _blocks.Count)
            _blocks.Add(s_blocks++);
        return LastPorts = (uint)(FirstSourcePort + source) << 16 | (uint)(FirstDestinationPort + _blocks[block]);
    }

    private void WritePorts(int index, uint ports) => BinaryPrimitives.WriteUInt32BigEndian(_batch.Frame(index)[SourcePortAt..], ports);
}
