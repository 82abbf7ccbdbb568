using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Peers;

/// <summary>Carries datagrams between agents as UDP, to and from the underlay addresses that the description gives this host.</summary>
/// <remarks>
/// Bound to each of these addresses and to no other, so a host without one hears nobody. An address that is not there yet is tried again, and
/// one that leaves the description is given up. Any thread.
/// </remarks>
public sealed class PeerSocket : IPeerTransport
{
    /// <summary>The UDP port where agents listen: 4797, between that of VXLAN and 4800, where nothing common is; 4790 is VXLAN-GPE's, 4791 RoCE's.</summary>
    /// <remarks>Below the ports that Linux gives to whoever asks for any (32768 and up), so it is free when the agent starts.</remarks>
    public const ushort DefaultPort = 4797;

    private const int BufferBytes = 1 << 20;
    private const int MaxDatagram = 2048;

    /// <summary>The time between two looks, while all is as described.</summary>
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    /// <summary>The same while an address is described that the host does not have yet.</summary>
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromMilliseconds(200);

    private readonly HostId _self;
    private readonly ITopologyReplica _replica;
    private readonly ushort _port;
    private readonly Action<string>? _onProblem;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _receiving = new();
    private ImmutableDictionary<IpAddress, Socket> _sockets = ImmutableDictionary<IpAddress, Socket>.Empty;
    private ImmutableDictionary<IpAddress, string> _problems = ImmutableDictionary<IpAddress, string>.Empty;
    private Action<IpAddress, ReadOnlyMemory<byte>>? _receive;
    private Task _watching = Task.CompletedTask;
    private long _unsent;

    /// <summary>Binds to nothing yet.</summary>
    /// <param name="self">This host.</param>
    /// <param name="replica">Tells its addresses.</param>
    /// <param name="port">The UDP port, the same at all hosts.</param>
    /// <param name="onProblem">Is told once why an address cannot be bound; neither waits nor throws.</param>
    public PeerSocket(HostId self, ITopologyReplica replica, ushort port = DefaultPort, Action<string>? onProblem = null) =>
        (_self, _replica, _port, _onProblem) = (self, replica, port, onProblem);

    /// <summary>Why agents of others cannot be heard at an address, for each that cannot be bound.</summary>
    public ImmutableDictionary<IpAddress, string> Problems => Volatile.Read(ref _problems);

    /// <summary>Datagrams that the kernel did not take, or that had no bound address to go from.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    /// <inheritdoc/>
    public void Start(Action<IpAddress, ReadOnlyMemory<byte>> receive)
    {
        _receive = receive;
        Look();
        _watching = Task.Run(WatchAsync);
    }

    /// <inheritdoc/>
    public void Send(IpAddress source, IpAddress destination, ReadOnlySpan<byte> datagram)
    {
        try
        {
            if (Volatile.Read(ref _sockets).TryGetValue(source, out var socket))
                socket.SendTo(datagram, SocketFlags.None, new IPEndPoint(ToNet(destination), _port));
            else
                Interlocked.Increment(ref _unsent);
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException)
        {
            // No route, no room, or closed just now: as if the network had lost it.
            Interlocked.Increment(ref _unsent);
        }
    }

    /// <summary>Closes all sockets.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        foreach (var socket in _sockets.Values)
            socket.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_problems.IsEmpty ? s_lookInterval : s_retryInterval, _stop.Token);
                Look();
            }
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>Binds to what is described and not bound, and closes what is bound and not described any more.</summary>
    private void Look()
    {
        var wanted = _replica.Topology.Hosts.GetValueOrDefault(_self)?.Underlay ?? [];
        var problems = ImmutableDictionary.CreateBuilder<IpAddress, string>();
        foreach (var address in wanted.Where(address => !_sockets.ContainsKey(address)))
        {
            if (TryBind(address, out var problem) is { } socket)
            {
                Volatile.Write(ref _sockets, _sockets.SetItem(address, socket));
                _ = ReceiveAsync(address, socket);
            }
            else
            {
                problems.Add(address, problem);
                if (_problems.GetValueOrDefault(address) != problem)
                    _onProblem?.Invoke(problem);
            }
        }
        foreach (var (address, socket) in _sockets.Where(bound => !wanted.Contains(bound.Key)))
        {
            Volatile.Write(ref _sockets, _sockets.Remove(address));
            socket.Dispose();
        }
        Volatile.Write(ref _problems, problems.ToImmutable());
    }

    private Socket? TryBind(IpAddress address, out string problem)
    {
        var local = ToNet(address);
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            socket.ReceiveBufferSize = BufferBytes;
            socket.Bind(new IPEndPoint(local, _port));
            problem = "";
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            problem = $"cannot listen to other agents at {address}, UDP port {_port}: {refused.Message}";
            return null;
        }
    }

    private async Task ReceiveAsync(IpAddress own, Socket socket)
    {
        var buffer = new byte[MaxDatagram];
        var anyone = new IPEndPoint(own.Family == IpFamily.V4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stop.Token);
                var source = ToAddress(((IPEndPoint)received.RemoteEndPoint).Address);
                lock (_receiving)
                    _receive!(source, buffer.AsMemory(0, received.ReceivedBytes));
            }
            catch (SocketException)
            {
                // A refusal that a datagram of ours met on its way, or one that is too long: not the end of the socket.
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static IPAddress ToNet(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Bits);
        return new IPAddress(bytes[(16 - address.Width / 8)..]);
    }

    private static IpAddress ToAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var length = address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        address.TryWriteBytes(bytes[(16 - length)..], out _);
        return IpAddress.Of(length == 4 ? IpFamily.V4 : IpFamily.V6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
