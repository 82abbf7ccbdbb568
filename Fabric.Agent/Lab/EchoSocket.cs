using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Agent.Lab;

/// <summary>Sends echo requests from a namespace and waits for what comes back, as ping does.</summary>
/// <remarks>One thread at a time. Needs CAP_NET_RAW.</remarks>
public sealed class EchoSocket : IDisposable
{
    private const int MaxMessageBytes = 1 << 16;

    // linux/icmp.h and linux/icmpv6.h: which types a raw socket does not want.
    private const int SolRaw = 255;
    private const int SolIcmpv6 = 58;
    private const int IcmpFilter = 1;
    private const int Icmpv6Filter = 1;

    private readonly Socket _socket;
    private readonly IpFamily _family;
    private readonly ushort _identifier = (ushort)Random.Shared.Next();
    private readonly byte[] _received = new byte[MaxMessageBytes];
    private ushort _sequence;

    private EchoSocket(Socket socket, IpFamily family) => (_socket, _family) = (socket, family);

    /// <summary>Opens a socket in a namespace.</summary>
    /// <param name="namespaceName">Where.</param>
    /// <param name="family">The version that it speaks.</param>
    public static EchoSocket Open(string namespaceName, IpFamily family)
    {
        var isV4 = family == IpFamily.V4;
        var socket = NetworkNamespace.Run(
            namespaceName,
            () =>
                new Socket(
                    isV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
                    SocketType.Raw,
                    isV4 ? ProtocolType.Icmp : ProtocolType.IcmpV6
                )
        );
        try
        {
            Filter(socket, isV4);
            return new EchoSocket(socket, family);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>How many routers a request may pass, plus one.</summary>
    public byte HopLimit
    {
        set => _socket.Ttl = value;
    }

    /// <summary>Sends one request and waits for its answer.</summary>
    /// <param name="target">Whom to ask.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="dataBytes">How much data goes there and back.</param>
    public EchoAnswer Send(IpAddress target, TimeSpan timeout, int dataBytes = 56)
    {
        var data = new byte[dataBytes];
        Random.Shared.NextBytes(data);
        var request = EchoMessages.Request(_family, _identifier, ++_sequence, data);
        var started = Stopwatch.GetTimestamp();
        try
        {
            _socket.SendTo(request, new IPEndPoint(IPAddress.Parse(target.ToString()), 0));
        }
        catch (SocketException)
        {
            // This station itself knows no way to the target: no route, or nobody there answered ARP or neighbor discovery.
            return default;
        }
        return Receive(request, started, timeout);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Keeps out what cannot be an answer: a raw socket is given a copy of all ICMP of its namespace, and the requests of others alone may fill its queue.</summary>
    private static void Filter(Socket socket, bool isV4)
    {
        // A bit for each type, of 32 and of 256; a type whose bit is set is kept out.
        var filter = new byte[isV4 ? 4 : 32];
        Array.Fill(filter, byte.MaxValue);
        for (var type = 0; type < filter.Length * 8; type++)
        {
            if (EchoMessages.IsWanted(isV4 ? IpFamily.V4 : IpFamily.V6, (byte)type))
                filter[type / 8] &= (byte)~(1 << (type % 8));
        }
        socket.SetRawSocketOption(isV4 ? SolRaw : SolIcmpv6, isV4 ? IcmpFilter : Icmpv6Filter, filter);
    }

    private EchoAnswer Receive(byte[] request, long started, TimeSpan timeout)
    {
        EndPoint from = new IPEndPoint(_family == IpFamily.V4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (timeout - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            if (!_socket.Poll(left, SelectMode.SelectRead))
                break;
            var length = _socket.ReceiveFrom(_received, ref from);
            var kind = EchoMessages.Judge(_family, _received.AsSpan(0, length), request, out var code);
            if (kind != EchoAnswerKind.None)
            {
                // Made anew from its bytes, since a link-local address comes with the interface's number.
                var sender = new IPAddress(((IPEndPoint)from).Address.GetAddressBytes());
                return new EchoAnswer(kind, IpAddress.Parse(sender.ToString()), code, Stopwatch.GetElapsedTime(started));
            }
        }
        return default;
    }
}
