using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Which questions a bridge answers, and which it passes on.</summary>
public class NeighborSuppressionTest
{
    [Test]
    public void Row13AQuestionForARouterPortGoesToThatPortAlone([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("vm1", Make.Question(Vm1Mac, at.Vm1, at.Inside)).Kind.ShouldBe(VerdictKind.Consume);
        world.Scratch.Outputs.Count.ShouldBe(0);
        // The router answered, not the bridge, and knows who asked.
        Answers.ShouldTell(world.OnlyAnswer("edge-lan"), at.Inside, InsideMac, Vm1Mac, at.Vm1);
        var learned = world.Effects(EffectKind.LearnNeighbor).ShouldHaveSingleItem();
        (learned.Address, learned.Mac).ShouldBe((IpAddress.Parse(at.Vm1), Vm1Mac));
    }

    [Test]
    public void Row14AQuestionForAKnownStationIsAnsweredAndNotForwarded(
        [ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at
    )
    {
        var world = Usual();
        var verdict = world.Send("vm1", Make.Question(Vm1Mac, at.Vm1, at.Vm2));
        (verdict.Kind, verdict.IsCacheable, world.Scratch.Outputs.Count).ShouldBe((VerdictKind.Consume, false, 0));
        var answer = world.OnlyAnswer("vm1");
        Answers.ShouldTell(answer, at.Vm2, Vm2Mac, Vm1Mac, at.Vm1);
        world.HasTag(AddressTag(world, at.Vm2)).ShouldBeTrue();
        // The answer reaches the asker.
        world.SendEmitted("vm1", answer).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm1");
    }

    [Test]
    public void AQuestionToOneStationIsAnsweredToo([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var frame = Make.Question(Vm1Mac, at.Vm1, at.Vm2);
        Ethernet.SetDestination(frame, Vm2Mac);
        world.Send("vm1", frame).Kind.ShouldBe(VerdictKind.Consume);
        Answers.ShouldTell(world.OnlyAnswer("vm1"), at.Vm2, Vm2Mac, Vm1Mac, at.Vm1);
    }

    [Test]
    public void AQuestionForAnUnknownAddressIsFloodedAndTagged([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("vm1", Make.Question(Vm1Mac, at.Vm1, at.Unused)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm2");
        world.HasTag(AddressTag(world, at.Unused)).ShouldBeTrue();
    }

    [Test]
    public void Row15ATaggedQuestionIsFlooded()
    {
        var world = Usual();
        world.Send("vm1", Make.Tagged(Make.Question(Vm1Mac, "10.0.0.1", "10.0.0.2"), vlan: 5)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm2");
        world.ShouldStaySilent();
    }

    [Test]
    public void Row16AnAnnouncementIsFloodedAndUpdatesTheRouter([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual().Knows("edge-lan", at.Unused, Vm1Mac);
        world.Send("vm2", Make.Announcement(Vm2Mac, at.Unused)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm1");
        world.ShouldStaySilent();
        world.Effects(EffectKind.LearnNeighbor).ShouldHaveSingleItem().Mac.ShouldBe(Vm2Mac);
    }

    [Test]
    public void AProbeIsForItsStationToAnswer([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("vm1", Make.Question(Vm1Mac, at.Of("0.0.0.0", "::"), at.Vm2)).Kind.ShouldBe(VerdictKind.Forward);
        world.OnlyOutput("vm2");
        world.ShouldStaySilent();
    }

    [Test]
    public void NobodyIsToldHisOwnAddress([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        var other = at.Of("10.0.0.11", "fd00:a::11");
        world.Send("vm1", Make.Question(Vm1Mac, other, at.Vm1)).Kind.ShouldBe(VerdictKind.Forward);
        world.ShouldStaySilent();
    }

    [Test]
    public void OnlyQuestionsReadTheirFields([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Send("vm1", Make.Udp(at.Vm1, at.Vm2, Vm1Mac, Vm2Mac));
        foreach (
            var field in new[] { FlowField.ArpOp, FlowField.NdTarget, FlowField.ArpSha, FlowField.NwDst, FlowField.NwSrc, FlowField.TpSrc }
        )
            world.Scratch.Key.Mask.IsWildcard(field).ShouldBeTrue($"{field}");
    }

    private static FlowTag AddressTag(RouterWorld world, string address) =>
        FlowTag.Address(FlowTagKind.BridgeAddress, world.Net.BridgeId("lan").Value, IpAddress.Parse(address));
}
