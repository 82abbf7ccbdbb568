using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Guards;

/// <summary>A packet costs no memory: not when it is bridged, not when it is routed, filtered, flooded, answered or dropped.</summary>
[NonParallelizable]
public class PacketPathAllocationTest
{
    private const int Packets = 10_000;
    private const int Attempts = 50;

    [Test]
    public void Ten_thousand_mixed_packets_allocate_nothing()
    {
        var world = World();
        var mix = Mix(world);
        var scratch = new SimulationScratch();
        var kinds = new int[Enum.GetValues<VerdictKind>().Length];
        Run(world, mix, scratch, kinds, rounds: 200);
        kinds.ShouldAllBe(count => count > 0, "the mix has every kind of verdict");
        // Code that is not optimized yet may box; when the runtime replaces it depends on what else the machine does. What allocates by itself does so always.
        var allocated = long.MaxValue;
        for (var attempt = 0; attempt < Attempts && allocated > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(world, mix, scratch, kinds, rounds: Packets / mix.Length + 1);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        allocated.ShouldBe(0, $"{(double)allocated / Packets:0.00} bytes a packet; find the one that allocates by sending it alone");
    }

    private static void Run(RouterWorld world, (PortId Port, byte[] Frame)[] mix, SimulationScratch scratch, int[] kinds, int rounds)
    {
        var (topology, learned) = (world.Topology, world.Learned);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < mix.Length; i++)
            {
                FlowKeyReader.Read(mix[i].Frame, 1, out var key);
                kinds[(int)Simulator.Run(topology, learned, mix[i].Port, key, mix[i].Frame, scratch).Kind]++;
            }
        }
    }

    /// <summary>Bridge lan, router edge, bridge dmz, a chain at every hook, and an uplink.</summary>
    private static RouterWorld World()
    {
        var world = RouterWorld.Usual();
        var no = new RuleMatch { Protocol = new(IpProtocol.Tcp), DestinationPort = new(PortRange.Only(23)) };
        world
            .Net.Set("friends", "10.0.0.0/8", "fd00::/16")
            .Chain("common", TopologyBuilder.Rule("friends", RuleAction.Return, new() { SourceSet = new(world.Net.SetId("friends")) }));
        var rules = Enumerable
            .Range(0, 20)
            .Select(i =>
                TopologyBuilder.Rule($"no{i}", RuleAction.Drop, no with { DestinationPort = new(PortRange.Only((ushort)(i + 1))) })
            );
        world
            .Net.Chain("filter", [TopologyBuilder.Rule("common", RuleAction.Jump, jumpTo: world.Net.ChainId("common")), .. rules])
            .Bridge("dmz", inbound: "filter", outbound: "filter")
            .Port("web", "dmz", "02:00:00:00:00:09", "10.1.0.9/24 fd00:c::9/64", inbound: "filter", outbound: "filter")
            .Port("tap", "dmz")
            .Connect("dmz", "edge", "02:00:00:00:01:03", "10.1.0.254/24 fd00:c::fe/64")
            .ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("filter") });
        return world;
    }

    private static (PortId, byte[])[] Mix(RouterWorld world)
    {
        var (vm1, vm2, inside) = (RouterWorld.Vm1Mac, RouterWorld.Vm2Mac, RouterWorld.InsideMac);
        var from = world.Net.PortId("vm1");
        var frames = new List<byte[]>();
        foreach (var at in AddressPlan.Both)
        {
            var web = at.Of("10.1.0.9", "fd00:c::9");
            frames.AddRange([
                Make.Udp(at.Vm1, at.Vm2, vm1, vm2),
                Make.Udp(at.Vm1, at.Vm2, vm1, RouterWorld.StrangerMac),
                Make.Udp(at.Vm1, at.Vm2, vm1, MacAddress.Broadcast),
                Make.Tagged(Make.Udp(at.Vm1, at.Vm2, vm1, vm2), vlan: 7),
                Make.Udp(at.Vm1, web, vm1, inside),
                Make.Tcp(at.Vm1, web, vm1, inside),
                Make.Udp(at.Vm1, at.Of("10.1.0.77", "fd00:c::77"), vm1, inside),
                Make.Udp(at.Vm1, at.Far, vm1, inside),
                Make.Udp(at.Vm1, at.Far, vm1, inside, ttl: 1),
                Make.Echo(at.Vm1, at.Inside, vm1, inside),
                Make.Question(vm1, at.Vm1, at.Vm2),
                Make.Question(vm1, at.Vm1, at.Inside),
                Make.Question(vm1, at.Vm1, at.Unused),
                Make.Udp(at.Vm1, at.Vm2, MacAddress.Broadcast, vm2),
                Make.Udp(at.Vm1, at.Far, vm1, inside)[..30],
            ]);
        }
        return [.. frames.Select(frame => (from, frame))];
    }
}
