using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Bench.Simulation;

/// <summary>A bridge with stations that it has learned.</summary>
internal static class BridgeNetwork
{
    private const int FloodPorts = 100;
    private const string FirstMac = "02:00:00:00:00:01";
    private const string SecondMac = "02:00:00:00:00:02";
    private const string UnknownMac = "02:00:00:00:66:66";

    private static readonly BridgeId s_bridge = new(1);

    /// <summary>From one known station to another.</summary>
    /// <param name="packet">Kind and addresses.</param>
    public static PacketBody Hit(string packet) =>
        new SimulationBody(
            Of(ports: 2),
            Learned(),
            new PortId(1),
            $"{packet},dl_src={FirstMac},dl_dst={SecondMac},tp_src=1,tp_dst=2",
            outputs: 1
        );

    /// <summary>To a station that nobody has heard of: a copy to every port but the one it came by.</summary>
    public static PacketBody Flood() =>
        new SimulationBody(
            Of(FloodPorts),
            Learned(),
            new PortId(1),
            $"udp,nw_src=10.0.1.1,nw_dst=10.0.1.9,dl_src={FirstMac},dl_dst={UnknownMac},tp_src=1,tp_dst=2",
            outputs: FloodPorts - 1
        );

    private static TopologySnapshot Of(int ports)
    {
        var network = new BenchNetwork().Put(new Bridge { Id = s_bridge, Name = BenchNetwork.Name("bridge") });
        for (var i = 1; i <= ports; i++)
        {
            network.Put(
                new Port
                {
                    Id = new PortId((ulong)i),
                    Name = BenchNetwork.Name($"vm{i}"),
                    Owner = s_bridge,
                    Binding = new HostBinding(BenchNetwork.Host, $"vm{i}"),
                }
            );
        }
        return network.Topology;
    }

    private static LearnedSnapshot Learned() =>
        LearnedSnapshot.Empty with
        {
            Macs = PersistentMap<MacKey, PortId>
                .Empty.Add(new MacKey(s_bridge, 0, MacAddress.Parse(FirstMac)), new PortId(1))
                .Add(new MacKey(s_bridge, 0, MacAddress.Parse(SecondMac)), new PortId(2)),
        };
}
