using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Sends frames to other hosts and takes theirs, each in a UDP datagram of its own (RFC 7348).</summary>
/// <remarks>
/// Listens by one socket for each version of IP that the host has addresses of. Sends by sixteen for each address, whose ports lie in the
/// range for private use: a flow keeps to one, so that the underlay can tell flows apart. Datagrams pass in few calls where the kernel can
/// do that, and nothing waits for it: what was received in one call is what is joined, and every batch is flushed. One thread's. Cut by
/// direction: Receive.
/// </remarks>
internal sealed partial class VxlanEndpoint : IDisposable
{
    /// <summary>Source ports of each address.</summary>
    private const int SourcePorts = 16;

    private const int PortsEach = (ushort.MaxValue - Vxlan.FirstSourcePort + 1) / SourcePorts;

    private readonly List<DatagramSocket> _listening = [];
    private readonly Dictionary<IpAddress, TunnelSocket[]> _sending = [];
    private readonly List<TunnelSocket> _dirty = [];
    private readonly ushort _port;

    private VxlanEndpoint(ushort port) => _port = port;

    /// <summary>The sockets that datagrams come by.</summary>
    public IEnumerable<FileDescriptor> Descriptors => _listening.Select(socket => socket.Descriptor);

    /// <summary>What passed.</summary>
    public VxlanCounters Counters { get; } = new();

    /// <summary>Opens the sockets.</summary>
    /// <exception cref="LinuxException">A port is taken, or an address is not this host's.</exception>
    public static VxlanEndpoint Open(ushort port, IReadOnlyList<IpAddress> own)
    {
        var endpoint = new VxlanEndpoint(port);
        try
        {
            foreach (var family in own.Select(address => address.Family).Distinct())
            {
                var socket = DatagramSocket.Open(IpAddress.Of(family, UInt128.Zero), port);
                endpoint._listening.Add(socket);
                socket.ReceiveTogether();
            }
            foreach (var address in own.Distinct())
                endpoint._sending.Add(address, [.. Enumerable.Range(0, SourcePorts).Select(index => endpoint.OpenSource(address, index))]);
            return endpoint;
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    /// <summary>Sends a frame of a batch with the next <see cref="Flush"/>; one that stands for several is cut.</summary>
    /// <remarks>The frame may change afterwards.</remarks>
    public void Send(FrameBatch batch, int index, in FlowAction tunnel)
    {
        ref var offload = ref batch.Header(index);
        if (!offload.IsSegmented)
            ChecksumCompletion.Finish(batch.Frame(index), ref offload);
        var frame = batch.Frame(index);
        if (!PacketLayout.TryParse(frame, out var layout) || !TryFind(frame, layout, tunnel, out var socket, out var destination))
            return;
        var header = new VxlanHeader((uint)tunnel.Id);
        if (!offload.IsSegmented)
        {
            if (TryBegin(socket, destination, tunnel.Tunnel.Tos, header, frame.Length, out var room))
                frame.CopyTo(room);
            return;
        }
        var count = TcpSegments.Count(frame, layout, offload.SegmentBytes);
        Counters.Uncut += count == 0 ? 1 : 0;
        var longest = offload.WireLengthOf(frame);
        for (var i = 0; i < count; i++)
        {
            var length = Math.Min(longest, frame.Length - i * offload.SegmentBytes);
            if (TryBegin(socket, destination, tunnel.Tunnel.Tos, header, length, out var room))
                TcpSegments.Write(frame, layout, offload.SegmentBytes, i, room);
        }
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush()
    {
        foreach (var socket in _dirty)
            socket.Flush();
        _dirty.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _listening)
            socket.Dispose();
        foreach (var socket in _sending.Values.SelectMany(sockets => sockets))
            socket.Dispose();
    }

    private TunnelSocket OpenSource(IpAddress address, int index)
    {
        var first = Vxlan.FirstSourcePort + index * PortsEach;
        for (var port = first; ; port++)
        {
            try
            {
                return new TunnelSocket(DatagramSocket.Open(address, (ushort)port), _port, Counters);
            }
            catch (LinuxException taken) when (taken.Errno == Errno.AddressInUse && port < first + PortsEach - 1)
            {
                // Somebody else's; a thousand others do as well.
            }
        }
    }

    private bool TryFind(
        ReadOnlySpan<byte> frame,
        in PacketLayout layout,
        in FlowAction tunnel,
        out TunnelSocket socket,
        out IpAddress destination
    )
    {
        var family = (tunnel.Tunnel.Flags & TunnelFlags.Ipv6) != 0 ? IpFamily.V6 : IpFamily.V4;
        var isOwn = _sending.TryGetValue(IpAddress.Of(family, tunnel.Mask), out var sockets);
        var port = Vxlan.SourcePortOf(frame, layout);
        socket = isOwn ? sockets![(port - Vxlan.FirstSourcePort) / PortsEach] : null!;
        destination = IpAddress.Of(family, tunnel.Value);
        // The address was this host's when the flow was made; the flow is about to be decided again.
        Counters.Unsent += isOwn ? 0 : 1;
        return isOwn;
    }

    /// <summary>Writes a datagram as far as its frame.</summary>
    private bool TryBegin(TunnelSocket socket, IpAddress destination, byte tos, VxlanHeader header, int frameBytes, out Span<byte> frame)
    {
        frame = default;
        if (frameBytes > DatagramTrain.MaxBytes - VxlanHeader.Length)
        {
            Counters.TooLong++;
            return false;
        }
        if (!socket.IsDirty)
            _dirty.Add(socket);
        var datagram = socket.Add(destination, tos, VxlanHeader.Length + frameBytes);
        header.Write(datagram);
        frame = datagram[VxlanHeader.Length..];
        return true;
    }
}
