using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.BridgeWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Where a bridge sends frames.</summary>
public class BridgeForwardingTest
{
    private static readonly MacAddress[] s_groups =
    [
        MacAddress.Broadcast,
        MacAddress.Parse("01:00:5e:00:00:fb"),
        MacAddress.Parse("33:33:00:00:00:fb"),
    ];

    [Test]
    public void Row1AFrameToALearnedStationLeavesByItsPortAlone()
    {
        var world = new BridgeWorld().Heard(B, "p2");
        foreach (var frame in FramesTo(B))
        {
            var verdict = world.Send("p1", frame);
            (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Forward, true));
            world.Left.ShouldBe(["p2"]);
        }
    }

    [Test]
    public void Row1AFrameToADescribedStationLeavesByItsPortAlone()
    {
        var world = new BridgeWorld();
        world.Net.Port("vm", "lan", B.ToString());
        foreach (var frame in FramesTo(B))
        {
            world.Send("p1", frame);
            world.Left.ShouldBe(["vm"]);
        }
    }

    [Test]
    public void Row1AFlowOfABridgeObservesNothingAboveEthernet()
    {
        var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
        // What the key needs to ask for questions of neighbors is all that is read of an IPv6 packet.
        world.Send("p1", FramesTo(B)[0]);
        foreach (
            var field in new[] { FlowField.NwSrc, FlowField.NwDst, FlowField.TpSrc, FlowField.TpDst, FlowField.IpProto, FlowField.IpTtl }
        )
            world.Scratch.Key.Mask.GetAny(field).ShouldBe(UInt128.Zero, $"{field}");
    }

    [Test]
    public void Row2AFrameToAnUnknownStationIsFloodedToAllPortsButItsOwn()
    {
        var world = new BridgeWorld();
        foreach (var frame in FramesTo(B))
        {
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.Left.ShouldBe(["p2", "p3"]);
        }
        world.Send("p2", FramesTo(B)[0]);
        world.Left.ShouldBe(["p1", "p3"]);
    }

    [Test]
    public void Row2AFloodCrossesALinkToARouterOnlyIfItIsForIt()
    {
        var world = new BridgeWorld();
        world.Net.Router("edge").Connect("lan", "edge", "02:00:00:00:01:01", "10.0.0.254/24 fd00::fe/64");
        foreach (var frame in FramesTo(B))
        {
            world.Send("p1", frame);
            world.Left.ShouldBe(["p2", "p3"]);
        }
    }

    [Test]
    public void Row3AHugeBridgeFloodsToEveryPort()
    {
        const int ports = 10_000;
        var world = new BridgeWorld();
        var (known, first) = (world.Net.Topology, world.Net.Topology.Ports[world.Net.PortId("p1")]);
        var others = Enumerable
            .Range(4, ports - 3)
            .Select(i => first with { Id = new PortId((ulong)i), Name = new DeviceName("acme", $"p{i}") });
        var topology = TopologyAssembly.Of(1, [.. TopologyAssembly.DevicesOf(known), .. others]);
        foreach (var frame in FramesTo(B))
        {
            FlowKeyReader.Read(frame, 1, out var key);
            Simulator.Run(topology, world.Learned, first.Id, key, frame, world.Scratch).Kind.ShouldBe(VerdictKind.Forward);
            var left = world.Scratch.Outputs.Span.ToArray().Select(output => output.Port).ToList();
            left.Count.ShouldBe(ports - 1);
            left.Distinct().Count().ShouldBe(ports - 1);
            left.ShouldNotContain(first.Id);
        }
    }

    [Test]
    public void Row4FramesToGroupsAreFlooded([ValueSource(nameof(s_groups))] MacAddress group)
    {
        var world = new BridgeWorld();
        foreach (var frame in FramesTo(group))
        {
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.Left.ShouldBe(["p2", "p3"]);
        }
    }

    [Test]
    public void Row5AFrameFromAGroupIsDroppedAndNotLearned([ValueSource(nameof(s_groups))] MacAddress group)
    {
        var world = new BridgeWorld().Heard(B, "p2");
        foreach (var frame in FramesTo(B, from: group))
        {
            var verdict = world.Send("p1", frame);
            (verdict.Kind, verdict.Reason, verdict.IsCacheable).ShouldBe((VerdictKind.Drop, DropReason.MulticastSource, true));
            world.ToLearn.ShouldBeEmpty();
        }
    }

    [Test]
    public void Row6AMalformedPacketIsBridgedLikeAnyOther(
        [Values(0, 1, 19, 20, 27)] int bytesLeft,
        [Values(0x00, 0x4f, 0x6f, 0xff)] byte first
    )
    {
        var world = new BridgeWorld().Heard(B, "p2");
        foreach (var frame in FramesTo(B))
        {
            var broken = frame[..(Ethernet.HeaderLength + bytesLeft)];
            if (bytesLeft > 0)
                broken[Ethernet.HeaderLength] = first;
            world.Send("p1", broken).Kind.ShouldBe(VerdictKind.Forward);
            world.Left.ShouldBe(["p2"]);
        }
    }

    [Test]
    public void Row9AFrameIsNotSentBackByThePortItCameBy()
    {
        var world = new BridgeWorld().Heard(B, "p1");
        foreach (var frame in FramesTo(B))
        {
            var verdict = world.Send("p1", frame);
            (verdict.Kind, verdict.Reason, verdict.IsCacheable).ShouldBe((VerdictKind.Drop, DropReason.SamePort, true));
        }
    }

    [Test]
    public void Row18NothingLeaksBetweenBridgesThatAreNotLinked()
    {
        var world = new BridgeWorld();
        world.Net.Bridge("other").Port("q1", "other").Port("q2", "other", B.ToString());
        foreach (var to in new[] { B, MacAddress.Broadcast })
        {
            foreach (var frame in FramesTo(to))
            {
                world.Send("p1", frame);
                world.Left.ShouldBe(["p2", "p3"]);
            }
        }
        // Nor does what one has heard.
        world.Heard(C, "p3");
        world.Send("q1", FramesTo(C)[0]);
        world.Left.ShouldBe(["q2"]);
    }

    [Test]
    public void Row45ALoopOfBridgesEndsInADrop()
    {
        var world = new BridgeWorld();
        world
            .Net.Bridge("second")
            .InteriorPort("a1", "lan")
            .InteriorPort("b1", "second")
            .Link("a1", "b1")
            .InteriorPort("a2", "lan")
            .InteriorPort("b2", "second")
            .Link("a2", "b2");
        // Every station hears a broadcast, and the copies that went round are dropped where they came by before.
        foreach (var frame in FramesTo(MacAddress.Broadcast))
        {
            world.Send("p1", frame).Kind.ShouldBe(VerdictKind.Forward);
            world.Left.ShouldBe(["p2", "p3"]);
        }
        // Two bridges that each believe a station to be behind the other.
        world.Heard(B, "a1").Learned = world.Learned with
        {
            Macs = world.Learned.Macs.SetItem(new(world.Net.BridgeId("second"), 0, B), world.Net.PortId("b2")),
        };
        foreach (var frame in FramesTo(B))
        {
            var verdict = world.Send("p1", frame);
            (verdict.Kind, verdict.Reason).ShouldBe((VerdictKind.Drop, DropReason.BridgeLoop));
        }
    }
}
