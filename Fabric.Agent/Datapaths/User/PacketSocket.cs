using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Receives and sends the raw frames of one interface, in batches (AF_PACKET).</summary>
/// <remarks>
/// Frames come with a <see cref="VirtioNetHeader"/> and go out with it, so unfinished checksums and frames of 64 KiB cross
/// as they are. VLAN tags that the kernel strips are put back. What this host itself sends there is not received.
/// Never waits: put <see cref="Descriptor"/> into a poll set. Receiving is one thread's and sending is one thread's; they
/// may differ. No call allocates. Cut by direction: Receive, Send.
/// </remarks>
public sealed unsafe partial class PacketSocket : IDisposable
{
    private const ushort AllProtocols = 3; // ETH_P_ALL
    private const int AddMembership = 1; // PACKET_ADD_MEMBERSHIP
    private const ushort Promiscuous = 1; // PACKET_MR_PROMISC

    private PacketSocket(FileDescriptor descriptor, LinkIndex link)
    {
        Descriptor = descriptor;
        Link = link;
        _sendMessages = (MultiMessageHeader*)NativeMemory.AllocZeroed(FrameBatch.Capacity, (nuint)sizeof(MultiMessageHeader));
        _sendPieces = (IoVector*)NativeMemory.AllocZeroed(2 * FrameBatch.Capacity, (nuint)sizeof(IoVector));
        PointSendMessages();
    }

    /// <summary>The socket, to wait on; readable also when the interface went down or away.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>The interface it was opened on.</summary>
    public LinkIndex Link { get; }

    /// <summary>What the last call learned of the interface.</summary>
    public InterfaceState State { get; private set; }

    /// <summary>What passed so far. Any thread may ask; the numbers may be some frames apart from each other.</summary>
    public PacketSocketCounters Counters =>
        new()
        {
            ReceivedFrames = Volatile.Read(ref _receivedFrames),
            ReceivedBytes = Volatile.Read(ref _receivedBytes),
            ReceiveTooLong = Volatile.Read(ref _receiveTooLong),
            ReceiveRefused = Volatile.Read(ref _receiveRefused),
            SentFrames = Volatile.Read(ref _sentFrames),
            SentBytes = Volatile.Read(ref _sentBytes),
            SendBusy = Volatile.Read(ref _sendBusy),
            SendRefused = Volatile.Read(ref _sendRefused),
            SendInterfaceDown = Volatile.Read(ref _sendInterfaceDown),
        };

    /// <summary>Opens a socket on an interface of the calling thread's network namespace, and stays with it.</summary>
    /// <exception cref="LinuxException">No such interface (ENODEV), or CAP_NET_RAW is missing (EPERM).</exception>
    public static PacketSocket Open(string interfaceName, PacketSocketOptions? options = null)
    {
        var index = (int)Libc.if_nametoindex(interfaceName);
        return index == 0
            ? throw LinuxException.Last($"open packet socket on {interfaceName}", "see: ip link")
            : Open(new LinkIndex(index), interfaceName, options ?? new PacketSocketOptions());
    }

    /// <summary>Frames that the kernel dropped because they were not received fast enough, since the last such call.</summary>
    public uint TakeKernelDrops()
    {
        // struct tpacket_stats: u32 packets, u32 drops. Reading resets both.
        var statistics = stackalloc uint[2];
        var length = 2u * sizeof(uint);
        return Libc.getsockopt(Descriptor, Libc.SOL_PACKET, Libc.PACKET_STATISTICS, statistics, &length) == 0 ? statistics[1] : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Descriptor.IsClosed)
        {
            return;
        }
        Descriptor.Dispose();
        NativeMemory.Free(_sendMessages);
        NativeMemory.Free(_sendPieces);
    }

    private static PacketSocket Open(LinkIndex link, string name, PacketSocketOptions options)
    {
        // Protocol 0 receives nothing until bind names the interface; any other would take frames of all interfaces first.
        var socket = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        try
        {
            if (socket.IsInvalid)
            {
                throw LinuxException.Last($"open packet socket on {name}");
            }
            Configure(socket, link, name, options);
            var address = new PacketAddress
            {
                Family = Libc.AF_PACKET,
                Protocol = BinaryPrimitives.ReverseEndianness(AllProtocols),
                InterfaceIndex = link.Value,
            };
            Libc.Check(Libc.bind(socket, &address, (uint)sizeof(PacketAddress)), $"bind packet socket to {name}");
            return new PacketSocket(socket, link);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Configure(FileDescriptor socket, LinkIndex link, string name, PacketSocketOptions options)
    {
        Demand(Libc.PACKET_VNET_HDR, "PACKET_VNET_HDR");
        Demand(Libc.PACKET_AUXDATA, "PACKET_AUXDATA");
        if (options.HearsSent)
        {
            HearSent(socket, name);
        }
        else
        {
            Demand(Libc.PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING");
        }
        if (options.BypassesQueueing)
        {
            Demand(Libc.PACKET_QDISC_BYPASS, "PACKET_QDISC_BYPASS");
        }
        if (options.IsPromiscuous)
        {
            // struct packet_mreq: s32 index, u16 type, u16 length, 8 bytes of address.
            var membership = stackalloc int[] { link.Value, Promiscuous, 0, 0 };
            Libc.Check(Libc.setsockopt(socket, Libc.SOL_PACKET, AddMembership, membership, 4 * sizeof(int)), $"make {name} promiscuous");
        }
        SetBuffer(socket, Libc.SO_RCVBUFFORCE, Libc.SO_RCVBUF, options.ReceiveBufferBytes);
        SetBuffer(socket, Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, options.SendBufferBytes);

        void Demand(int option, string optionName)
        {
            if (!Libc.TrySetOption(socket, Libc.SOL_PACKET, option, 1))
            {
                throw LinuxException.Last($"set {optionName} on {name}", "needs Linux 4.20 or newer");
            }
        }
    }

    // Before the socket is bound, so that nothing else is received first.
    private static void HearSent(FileDescriptor socket, string name)
    {
        // A program of four instructions (struct sock_filter: u16 code, u8 if true, u8 if false, u32 operand; linux/filter.h, linux/if_packet.h):
        // load the packet's type; if it is PACKET_OUTGOING take all of it, else nothing.
        var program = stackalloc ulong[]
        {
            0x20 | (0xffff_f004UL << 32),
            0x15 | (1UL << 24) | (4UL << 32),
            0x06 | (0xffff_ffffUL << 32),
            0x06,
        };
        // struct sock_fprog: u16 length, then the address of the program.
        var filter = stackalloc ulong[] { 4, (ulong)program };
        Libc.Check(Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, filter, 2 * sizeof(ulong)), $"filter what {name} sends");
    }

    // The forced option passes the system's limit, which is 208 KB as a rule, but needs CAP_NET_ADMIN.
    private static void SetBuffer(FileDescriptor socket, int forced, int usual, int bytes)
    {
        if (!Libc.TrySetOption(socket, Libc.SOL_SOCKET, forced, bytes))
        {
            Libc.TrySetOption(socket, Libc.SOL_SOCKET, usual, bytes);
        }
    }

    // Both going down and going away are ENETDOWN; only the latter unbinds the socket.
    private void LearnOfFailure()
    {
        PacketAddress address;
        var length = (uint)sizeof(PacketAddress);
        var isBound = Libc.getsockname(Descriptor, &address, &length) == 0 && address.InterfaceIndex > 0;
        State = isBound ? InterfaceState.Down : InterfaceState.Gone;
    }
}
