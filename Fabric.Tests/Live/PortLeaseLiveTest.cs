using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Live;

/// <summary>Stations of two hosts speak by one address outside to one address and port at the same time.</summary>
public class PortLeaseLiveTest : LiveTest
{
    private const int Each = 100;
    private static readonly IpAddress Outside = IpAddress.Parse("203.0.113.50");
    private static readonly IPEndPoint Far = new(IPAddress.Parse("203.0.113.7"), 9000);

    [Test]
    public async Task TwoHostsBehindOneAddressNeverTakeOnePort()
    {
        await using var net = await TwoHosts.StartAsync(IpFamily.V4);
        await DescribeAsync(net);
        using var far = net.Station("b2").Run(() => new UdpClient(Far));
        far.Client.ReceiveTimeout = 20;
        var heard = new Dictionary<IPEndPoint, HashSet<string>>();
        var silent = new Dictionary<string, UdpClient>();
        foreach (var station in (string[])["a1", "b1"])
        {
            // The same ports at both, so that both hosts would choose the same.
            for (var i = 0; i < Each; i++)
                silent.Add($"{station}:{i}", net.Station(station).Run(() => new UdpClient(new IPEndPoint(IPAddress.Any, 40_000 + i))));
        }
        var all = silent.Values.ToArray();
        try
        {
            for (var started = Stopwatch.GetTimestamp(); silent.Count > 0; Receive())
            {
                Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Patience, $"{silent.Count} are not heard: {net.Describe()}");
                foreach (var (name, socket) in silent)
                    socket.Send(Encoding.ASCII.GetBytes(name), Far);
            }
        }
        finally
        {
            foreach (var socket in all)
                socket.Dispose();
        }

        heard.Count.ShouldBe(2 * Each);
        foreach (var (from, names) in heard)
            names.ShouldHaveSingleItem($"{from} stands for one station's port");
        heard.Keys.ShouldAllBe(from => from.Address.ToString() == $"{Outside}" && from.Port >= 40_000 && from.Port <= 40_511);

        void Receive()
        {
            try
            {
                while (true)
                {
                    var from = new IPEndPoint(IPAddress.Any, 0);
                    var name = Encoding.ASCII.GetString(far.Receive(ref from!));
                    if (!heard.TryGetValue(from, out var names))
                        heard.Add(from, names = []);
                    names.Add(name);
                    silent.Remove(name);
                }
            }
            catch (SocketException silence) when (silence.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock) { }
        }
    }

    /// <summary>A router between the bridge of both hosts and another, where the last station is; its rule has few ports.</summary>
    private static async Task DescribeAsync(TwoHosts net)
    {
        var router = new Router { Id = new RouterId(1), Name = new DeviceName("acme", "edge") };
        await net.DoAsync(new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId(2), Name = new DeviceName("acme", "net") }));
        await net.DoAsync(new TopologyCommand.PutDevice(router));
        await net.DoAsync(new TopologyCommand.DeleteDevice(TwoHosts.PortOf("b2")));
        await net.DoAsync(
            new TopologyCommand.PutDevice(
                PortFor(99, "far", new BridgeId(2), "203.0.113.7") with
                {
                    Mac = TwoHosts.MacOf("b2"),
                    Binding = new HostBinding(new HostId(2), "b2"),
                }
            )
        );
        foreach (var (id, bridge, address) in ((ulong, ulong, string)[])[(101, 1, "10.0.0.254"), (103, 2, "203.0.113.1")])
        {
            await net.DoAsync(new TopologyCommand.PutDevice(PortFor(id, $"r{id}", new RouterId(1), address)));
            await net.DoAsync(new TopologyCommand.PutDevice(PortFor(id + 1, $"b{id}", new BridgeId(bridge), null) with { Mac = null }));
            await net.DoAsync(new TopologyCommand.LinkPorts(new PortId(id), new PortId(id + 1)));
        }
        var rule = new NatRule
        {
            Name = "out",
            Kind = NatKind.Source,
            Port = new PortId(103),
            Outside = AddressRange.Only(Outside),
            Ports = new PortRange(40_000, 40_511),
        };
        await net.DoAsync(new TopologyCommand.PutDevice(router with { Nat = Router.NoNat.Add("out", rule) }));
        foreach (var station in (string[])["a1", "b1"])
            net.Station(station).Routes.AddDefaultRoute(IpAddress.Parse("10.0.0.254"));
        var link = net.Station("b2").Routes.ReadLink("eth0");
        net.Station("b2").Routes.AddAddress(link, IpAddress.Parse("203.0.113.7"), 24);
    }

    private static Port PortFor(ulong id, string name, DeviceRef owner, string? address) =>
        new()
        {
            Id = new PortId(id),
            Name = new DeviceName("acme", name),
            Owner = owner,
            Mac = new MacAddress(0x02_00_00_00_01_00 + id),
            Addresses = address is null ? [] : [new InterfaceAddress(IpAddress.Parse(address), 24)],
        };
}
