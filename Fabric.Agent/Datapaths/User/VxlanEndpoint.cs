using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Sends frames to other hosts and takes theirs, each in a UDP datagram of its own (RFC 7348).</summary>
/// <remarks>
/// Listens by one socket for each version of IP that the host has addresses of. Sends by sixteen for each address, whose ports lie in the
/// range for private use: a flow keeps to one, so that the underlay can tell flows apart. One thread's.
/// </remarks>
internal sealed class VxlanEndpoint : IDisposable
{
    /// <summary>Source ports of each address.</summary>
    private const int SourcePorts = 16;

    private const int PortsEach = (ushort.MaxValue - Vxlan.FirstSourcePort + 1) / SourcePorts;
    private const int MaxDatagramBytes = ushort.MaxValue;

    private readonly List<DatagramSocket> _listening = [];
    private readonly Dictionary<IpAddress, DatagramSocket[]> _sending = [];
    private readonly byte[] _datagram = new byte[MaxDatagramBytes];
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
                endpoint._listening.Add(DatagramSocket.Open(IpAddress.Of(family, UInt128.Zero), port));
            foreach (var address in own.Distinct())
                endpoint._sending.Add(address, [.. Enumerable.Range(0, SourcePorts).Select(index => OpenSource(address, index))]);
            return endpoint;
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    /// <summary>Takes frames while the batch has room.</summary>
    /// <param name="batch">Filled.</param>
    /// <param name="arrivals">How each came.</param>
    /// <returns>No more wait.</returns>
    public bool Receive(FrameBatch batch, Span<VxlanArrival> arrivals)
    {
        var isDrained = true;
        foreach (var socket in _listening)
        {
            var errno = Errno.None;
            while (batch.Count < FrameBatch.Capacity && errno == Errno.None)
            {
                var length = socket.Receive(_datagram, out var source, out errno);
                if (length >= 0)
                    Take(_datagram.AsSpan(0, length), source.Address, batch, arrivals);
            }
            isDrained &= errno != Errno.None;
        }
        return isDrained;
    }

    /// <summary>Sends a frame of a batch; one that stands for several is cut.</summary>
    public void Send(FrameBatch batch, int index, in FlowAction tunnel)
    {
        ref var offload = ref batch.Header(index);
        if (!offload.IsSegmented)
            ChecksumCompletion.Finish(batch.Frame(index), ref offload);
        var frame = batch.Frame(index);
        if (!PacketLayout.TryParse(frame, out var layout) || !TryFind(frame, layout, tunnel, out var socket, out var destination))
            return;
        new VxlanHeader((uint)tunnel.Id).Write(_datagram);
        if (!offload.IsSegmented)
        {
            if (frame.Length > MaxDatagramBytes - VxlanHeader.Length)
            {
                Counters.TooLong++;
                return;
            }
            frame.CopyTo(_datagram.AsSpan(VxlanHeader.Length));
            Send(socket, frame.Length, destination);
            return;
        }
        var count = TcpSegments.Count(frame, layout, offload.SegmentBytes);
        Counters.Uncut += count == 0 ? 1 : 0;
        for (var i = 0; i < count; i++)
            Send(socket, TcpSegments.Write(frame, layout, offload.SegmentBytes, i, _datagram.AsSpan(VxlanHeader.Length)), destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _listening.Concat(_sending.Values.SelectMany(sockets => sockets)))
            socket.Dispose();
    }

    private static DatagramSocket OpenSource(IpAddress address, int index)
    {
        var first = Vxlan.FirstSourcePort + index * PortsEach;
        for (var port = first; ; port++)
        {
            try
            {
                return DatagramSocket.Open(address, (ushort)port);
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
        out DatagramSocket socket,
        out InternetAddress destination
    )
    {
        var family = (tunnel.Tunnel.Flags & TunnelFlags.Ipv6) != 0 ? IpFamily.V6 : IpFamily.V4;
        var isOwn = _sending.TryGetValue(IpAddress.Of(family, tunnel.Mask), out var sockets);
        var port = Vxlan.SourcePortOf(frame, layout);
        socket = isOwn ? sockets![(port - Vxlan.FirstSourcePort) / PortsEach] : null!;
        destination = InternetAddress.Of(IpAddress.Of(family, tunnel.Value), _port);
        // The address was this host's when the flow was made; the flow is about to be decided again.
        Counters.Unsent += isOwn ? 0 : 1;
        return isOwn;
    }

    private void Send(DatagramSocket socket, int frameBytes, InternetAddress destination)
    {
        var errno = socket.Send(_datagram.AsSpan(0, VxlanHeader.Length + frameBytes), destination);
        // An error that an earlier datagram met on its way is told once, and this one was not sent.
        if (errno is not (Errno.None or Errno.MessageTooLong or Errno.TryAgain or Errno.NoBuffers))
            errno = socket.Send(_datagram.AsSpan(0, VxlanHeader.Length + frameBytes), destination);
        Counters.Sent += errno == Errno.None ? 1 : 0;
        Counters.TooLong += errno == Errno.MessageTooLong ? 1 : 0;
        Counters.Unsent += errno is Errno.None or Errno.MessageTooLong ? 0 : 1;
    }

    private void Take(ReadOnlySpan<byte> datagram, IpAddress source, FrameBatch batch, Span<VxlanArrival> arrivals)
    {
        var isFrame =
            VxlanView.TryParse(datagram, out var view)
            && VxlanHeader.TryParse(view, out _, out _)
            && view.Payload.Length >= Ethernet.HeaderLength
            && batch.TryAdd(view.Payload);
        Counters.Received += isFrame ? 1 : 0;
        Counters.Malformed += isFrame ? 0 : 1;
        if (isFrame)
            arrivals[batch.Count - 1] = new VxlanArrival(source, view.Vni);
    }
}
