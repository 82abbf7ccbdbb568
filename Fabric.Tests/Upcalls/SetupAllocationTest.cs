using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
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
    private const string Packet = "udp,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2";

    [Test]
    public void A_flow_in_the_place_of_one_that_ended_allocates_nothing()
    {
        var net = new TopologyBuilder().Bridge("b").Port("vm1", "b", "02:00:00:00:00:01").Port("vm2", "b", "02:00:00:00:00:02");
        var replica = new FixedReplica();
        replica.Publish(net.Topology, net.Events);
        using var inbox = new UpcallInbox();
        using var datapath = new WillingDatapath();
        var time = new ManualTime();
        var parts = UpcallParts.Compose(datapath, new NetworkView(replica, time), inbox, time);
        parts.Ports.Add(net.PortId("vm1"), datapath.AddPort("vm1"));
        parts.Ports.Add(net.PortId("vm2"), datapath.AddPort("vm2"));

        var frame = PacketNotation.Parse(Packet).ToFrame();
        SetUp(parts, datapath, frame, first: 0, Warmup);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SetUp(parts, datapath, frame, first: Warmup, Flows);
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
