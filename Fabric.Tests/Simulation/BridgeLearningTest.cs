using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.BridgeWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What a bridge learns, and which flows feel it.</summary>
public class BridgeLearningTest
{
    [Test]
    public void Row7AStationThatIsHeardInvalidatesTheFloodsToIt()
    {
        foreach (var frame in FramesTo(B))
        {
            var world = new BridgeWorld().Heard(A, "p1");
            world.Send("p1", frame);
            world.Left.ShouldBe(["p2", "p3"]);
            world.IsTouchedBy(() => world.Heard(B, "p2")).ShouldBeTrue();
            world.Send("p1", frame);
            world.Left.ShouldBe(["p2"]);
        }
    }

    [Test]
    public void Row7AnotherStationLeavesTheFloodAlone()
    {
        var world = new BridgeWorld().Heard(A, "p1");
        world.Send("p1", FramesTo(B)[0]);
        world.IsTouchedBy(() => world.Heard(C, "p3")).ShouldBeFalse();
        world.IsTouchedBy(() => world.Heard(B, "p2", vlan: 7)).ShouldBeFalse();
    }

    [Test]
    public void Row7AFrameTeachesWhereItsSenderIsOnce()
    {
        var world = new BridgeWorld();
        world.Send("p1", FramesTo(B)[0]);
        world.ToLearn.ShouldBe([(world.Key(A), world.Net.PortId("p1"))]);
        world.Heard(A, "p1").Send("p1", FramesTo(B)[0]);
        world.ToLearn.ShouldBeEmpty();
    }

    [Test]
    public void Row7AStationIsLearnedPerVlan()
    {
        var world = new BridgeWorld();
        world.Send("p1", Make.Tagged(FramesTo(B)[0], vlan: 7));
        world.ToLearn.ShouldBe([(world.Key(A, 7), world.Net.PortId("p1"))]);
    }

    [Test]
    public void Row8AStationThatMovesInvalidatesTheFlowsToItsOldPort()
    {
        foreach (var frame in FramesTo(B))
        {
            var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
            world.Send("p1", frame);
            world.IsTouchedBy(() => world.Heard(B, "p3")).ShouldBeTrue();
            world.Send("p1", frame);
            world.Left.ShouldBe(["p3"]);
        }
    }

    [Test]
    public void Row8AStationThatMovesIsLearnedAgain()
    {
        var world = new BridgeWorld().Heard(A, "p1");
        world.Send("p3", FramesTo(B)[1]);
        world.ToLearn.ShouldBe([(world.Key(A), world.Net.PortId("p3"))]);
    }

    [Test]
    public void Row8ADescribedStationMovesByItsDescriptionAlone()
    {
        var world = new BridgeWorld();
        world.Net.Port("vm", "lan", A.ToString());
        // Somebody else's frame with its address teaches nothing.
        world.Send("p1", FramesTo(B)[0]);
        world.ToLearn.ShouldBeEmpty();
        world.Send("p2", FramesTo(A, from: B)[0]);
        world.Left.ShouldBe(["vm"]);
        world
            .IsTouchedBy(net => net.ChangePort("vm", port => port with { Mac = null }).ChangePort("p3", port => port with { Mac = A }))
            .ShouldBeTrue();
        world.Send("p2", FramesTo(A, from: B)[0]);
        world.Left.ShouldBe(["p3"]);
    }

    [Test]
    public void Row10AStationThatIsForgottenInvalidatesTheFlowsToIt()
    {
        var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
        world.Send("p1", FramesTo(B)[0]);
        world.IsTouchedBy(() => world.Forgot(B)).ShouldBeTrue();
        world.Send("p1", FramesTo(B)[0]);
        world.Left.ShouldBe(["p2", "p3"]);
    }

    [Test]
    public void Row11AFlowFromAStationRestsOnItsEntry()
    {
        // So the entry stays for as long as a flow has its tag, and a flow never outlives it.
        var world = new BridgeWorld().Heard(A, "p1").Heard(B, "p2");
        world.Send("p1", FramesTo(B)[0]);
        world.IsTouchedBy(() => world.Forgot(A)).ShouldBeTrue();
    }

    [Test]
    public void Row12APortThatComesInvalidatesFloods()
    {
        var world = new BridgeWorld().Heard(A, "p1");
        world.Send("p1", FramesTo(MacAddress.Broadcast)[0]);
        world.IsTouchedBy(net => net.Port("p4", "lan")).ShouldBeTrue();
        world.Send("p1", FramesTo(MacAddress.Broadcast)[0]);
        world.Left.ShouldBe(["p2", "p3", "p4"]);
    }

    [Test]
    public void Row12LinkingInvalidatesFloodsAndQuestionsForTheRouter(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = new BridgeWorld().Heard(A, "p1");
        var question = Make.Question(A, at.Vm1, at.Inside);
        world.Send("p1", question);
        world.Left.ShouldBe(["p2", "p3"]);
        world
            .IsTouchedBy(net => net.Router("edge").Connect("lan", "edge", "02:00:00:00:01:01", "10.0.0.254/24 fd00:a::fe/64"))
            .ShouldBeTrue();
        world.Send("p1", question).Kind.ShouldBe(VerdictKind.Consume);
    }

    [Test]
    public void Row12UnlinkingInvalidatesFlowsToTheRouter([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = RouterWorld.Usual();
        var frame = Make.Udp(at.Vm1, at.Far, RouterWorld.Vm1Mac, RouterWorld.InsideMac);
        world.Send("vm1", frame).Kind.ShouldBe(VerdictKind.Forward);
        var tags = world.Scratch.Tags.Span.ToArray();
        var before = world.Topology;
        world.Net.Do(new Fabric.Changes.TopologyCommand.UnlinkPort(world.Net.PortId("lan-edge")));
        var impact = new List<Fabric.Flows.FlowTag>();
        Fabric.Changes.ChangeImpact.Between(before, world.Topology, impact);
        tags.Any(tag => impact.Any(touched => tag.IsHitBy(touched))).ShouldBeTrue();
        world.Scratch.Outputs.Clear();
        world.Send("vm1", frame);
        world.Scratch.Outputs.Span.ToArray().ShouldNotContain(output => output.Port == world.Net.PortId("uplink"));
    }

    [Test]
    public void Row22APortThatIsNotThereYetIsADropThatEndsWhenItComes()
    {
        var world = new BridgeWorld();
        var frame = FramesTo(B)[0];
        Fabric.Flows.FlowKeyReader.Read(frame, 1, out var key);
        var late = new PortId(4);
        Simulator.Run(world.Net.Topology, world.Learned, late, key, frame, world.Scratch).Reason.ShouldBe(DropReason.UnknownIngress);
        world.IsTouchedBy(net => net.Port("p4", "lan")).ShouldBeTrue();
        world.Net.PortId("p4").ShouldBe(late);
        world.Send("p4", frame).Kind.ShouldBe(VerdictKind.Forward);
    }

    [Test]
    public void Row22AStationBehindAPortThatIsGoneIsADropAndNotAFault()
    {
        var world = new BridgeWorld().Heard(B, "p3");
        world.Net.Delete(world.Net.PortId("p3"));
        world.Send("p1", FramesTo(B)[0]).Reason.ShouldBe(DropReason.PortUnlinked);
    }
}
