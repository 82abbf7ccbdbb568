using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Tests of one network through a whole agent; subclasses share it between their tests.</summary>
public abstract class NetworkLiveTest : LiveTest
{
    /// <summary>Two bridges of two stations with a router between, and a bridge without it.</summary>
    internal const string Yaml = """
        fabric: v1
        hosts: { here: {} }
        tenants:
          shop:
            routers: { r1: {} }
            bridges:
              web: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
              db: { subnet: [10.2.0.0/24, "fd00:2::/64"], router: r1 }
            ports:
              web1: { on: web, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-web1" }
              web2: { on: web, ip: [10.1.0.12, "fd00:1::12"], host: here, interface: "{net}-web2" }
              db1: { on: db, ip: [10.2.0.11, "fd00:2::11"], host: here, interface: "{net}-db1", outbound: db1-in }
            chains:
              db1-in:
                - { name: no-telnet, proto: tcp, dport: 23, do: drop }
        """;

    /// <summary>The versions of IP, for tests that hold for both.</summary>
    public static readonly IpFamily[] Families = [IpFamily.V4, IpFamily.V6];

    private LiveNetwork? _network;

    internal LiveNetwork Network => _network!;

    /// <summary>What is described at the start.</summary>
    protected virtual string Description => Yaml;

    [OneTimeSetUp]
    public async Task StartNetwork() => _network = await LiveNetwork.StartAsync(Description);

    [OneTimeTearDown]
    public async Task EndNetwork()
    {
        if (_network is not null)
            await _network.DisposeAsync();
    }

    /// <summary>A socket of a station for datagrams.</summary>
    protected Socket Datagrams(string station, IpFamily family, ushort port)
    {
        var kind = family == IpFamily.V6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var socket = NetworkNamespace.Run(Network.NameOf(station), () => new Socket(kind, SocketType.Dgram, ProtocolType.Udp));
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.Bind(EndOf(station, family, port));
        return socket;
    }

    /// <summary>A station's address with a port.</summary>
    protected IPEndPoint EndOf(string station, IpFamily family, ushort port) =>
        new(IPAddress.Parse(Network.AddressOf(station, family).ToString()), port);
}
