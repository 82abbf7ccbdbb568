using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Connections;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Tests.Laws;

namespace Fabric.Tests.Upcalls;

/// <summary>In steady state, when as many flows end as begin, a new one costs no memory.</summary>
[NonParallelizable]
public class SetupAllocationTest
{
    private const int Standing = 500;
    private const int Warmup = 20_000;
    private const int Flows = 5_000;
    private const string Station = "02:00:00:00:00:01";
    private const string Server = "02:00:00:00:00:02";
    private const int SourcePortAt = 14 + 20;
    private const string Inside = "02:00:00:00:01:01";
    private const string Outside = "02:00:00:00:01:02";
    private const string Vip = "203.0.113.80";

    private static readonly ConnectionLimits s_limits = new(4_000, 2_000);

    [Test]
    public void A_flow_in_the_place_of_one_that_ended_allocates_nothing() => AllocatesNothing(Network(), "203.0.113.7");

    [Test]
    public void Nor_does_one_of_a_new_connection_through_a_translation()
    {
        var net = Network();
        net.Nat(
            "edge",
            new NatRule
            {
                Name = "out",
                Kind = NatKind.Source,
                Port = net.PortId("edge-wan"),
                Outside = AddressRange.Only(IpAddress.Parse("203.0.113.50")),
            }
        );
        AllocatesNothing(net, "203.0.113.7");
    }

    [Test]
    public void Nor_does_one_of_a_new_connection_through_a_balancer()
    {
        var pool = new Pool { Name = "web" };
        for (var number = 1; number <= 4; number++)
        {
            var member = new PoolMember { Name = $"m{number}", Address = IpAddress.Parse($"203.0.113.{number + 7}") };
            pool = pool with { Members = pool.Members.SetItem(member.Name, member) };
        }
        var balancer = new Balancer
        {
            Name = "vip",
            Address = IpAddress.Parse(Vip),
            Ports = new PortRange(1, ushort.MaxValue),
            Pool = pool.Name,
        };
        AllocatesNothing(Network().Balance("edge", pool, balancer), Vip);
    }

    /// <summary>A station inside and one outside, which has the addresses of four servers more.</summary>
    private static TopologyBuilder Network()
    {
        var net = new TopologyBuilder()
            .Bridge("lan")
            .Bridge("wan")
            .Port("vm1", "lan", Station, "10.0.0.1/24")
            .Port("vm2", "wan", Server, "203.0.113.7/24");
        net.ChangePort(
            "vm2",
            port =>
                port with
                {
                    Addresses = [.. Enumerable.Range(7, 5).Select(last => new InterfaceAddress(IpAddress.Parse($"203.0.113.{last}"), 24))],
                }
        );
        return net.Router("edge").Connect("lan", "edge", Inside, "10.0.0.254/24").Connect("wan", "edge", Outside, "203.0.113.1/24");
    }

    private static void AllocatesNothing(TopologyBuilder net, string target)
    {
        var replica = new FixedReplica();
        replica.Publish(net.Topology, net.Events);
        using var inbox = new UpcallInbox();
        using var datapath = new WillingDatapath();
        using var connections = new ConnectionHost(1, s_limits, TimeProvider.System, seed: 1);
        var time = new ManualTime();
        var parts = UpcallParts.Compose(datapath, new NetworkView(replica, time), time, PacketPath.DefaultFlowLimit, connections.Shards[0]);
        parts.Ports.Add(net.PortId("vm1"), datapath.AddPort("vm1"));
        parts.Ports.Add(net.PortId("vm2"), datapath.AddPort("vm2"));

        var frame = PacketNotation
            .Parse($"udp,dl_src={Station},dl_dst={Inside},nw_src=10.0.0.1,nw_dst={target},nw_ttl=64,tp_src=1,tp_dst=2,payload=00")
            .ToFrame();
        SetUp(parts, datapath, frame, first: 1, Warmup);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SetUp(parts, datapath, frame, first: Warmup + 1, Flows);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        parts.Flows.Count.ShouldBe(Standing, "each new flow took the place of an old one");
        parts.Path.Counters.Installed.ShouldBe(Warmup + Flows, "every packet was one of a new flow");
        allocated.ShouldBe(0, $"{(double)allocated / Flows:0.00} bytes a flow");
    }

    /// <summary>Lets packets in that differ in a port, and ends the oldest flow for each beyond those that shall stand.</summary>
    private static unsafe void SetUp(UpcallParts parts, WillingDatapath datapath, byte[] frame, int first, int count)
    {
        fixed (byte* bytes = frame)
        {
            var upcall = new Upcall { Frame = bytes, FrameLength = frame.Length };
            FlowKeyReader.Read(frame, inPort: 1, out upcall.Key);
            for (var i = first; i < first + count; i++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(SourcePortAt), (ushort)i);
                upcall.Key.TpSrc = (ushort)i;
                parts.Path.Handle(upcall);
                if (datapath.Standing.Count > Standing && parts.Flows.Find(datapath.Standing.Dequeue()) is { } oldest)
                {
                    parts.Flows.Advance(oldest, FlowInput.Evict);
                    datapath.Delete(oldest.Flow.Id);
                }
                parts.Keeper.TakeAnswers();
            }
        }
    }
}
