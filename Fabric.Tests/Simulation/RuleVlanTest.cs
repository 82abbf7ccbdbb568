using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Rules that add and remove VLAN tags.</summary>
public class RuleVlanTest
{
    private static readonly VlanTag Tag = new(EtherType.Vlan, 5, 3);
    private static readonly Rule Push = Rule("push", RuleAction.PushVlan, vlan: Tag);
    private static readonly Rule Pop = Rule("pop", RuleAction.PopVlan);

    [Test]
    public void AnAddedTagIsTheOuterOne()
    {
        Tags(ChainWorld.Of(Push), Keys.Tcp4()).ShouldBe((0x8100, 0x6005, 0, 0));
        Tags(ChainWorld.Of(Push), Tagged(Keys.Tcp6(), 7)).ShouldBe((0x8100, 0x6005, 0x8100, 7));
    }

    [Test]
    public void ARemovedTagUncoversTheInnerOne()
    {
        Tags(ChainWorld.Of(Pop), Tagged(Keys.Tcp4(), 7)).ShouldBe((0, 0, 0, 0));
        Tags(ChainWorld.Of(Pop), Twice(Keys.Tcp4())).ShouldBe((0x8100, 8, 0, 0));
    }

    [Test]
    public void NothingIsRemovedFromAnUntaggedPacket() => Tags(ChainWorld.Of(Pop), Keys.Tcp4()).ShouldBe((0, 0, 0, 0));

    [Test]
    public void ATagThatIsRemovedAgainLeavesThePacketAsItWas() =>
        Tags(ChainWorld.Of(Push, Pop), Tagged(Keys.Tcp4(), 7)).ShouldBe((0x8100, 7, 0, 0));

    [Test]
    public void AThirdTagIsADrop()
    {
        var verdict = ChainWorld.Of(Push).Run(Twice(Keys.Tcp4()));
        verdict.Reason.ShouldBe(DropReason.VlanDepth);
        verdict.Decider.ShouldBe(new Decider(Entry, Root, 0, ChainHook.PortInbound));
    }

    [Test]
    public void LaterRulesSeeTheTag()
    {
        var five = new RuleMatch { Vlan = new(5) };
        ChainWorld.Of(Push, Drop(five)).Passes(Keys.Tcp4()).ShouldBeFalse();
        ChainWorld.Of(Drop(five), Push).Passes(Keys.Tcp4()).ShouldBeTrue();
        ChainWorld.Of(Drop(five), Push, Drop(five)).Passes(Keys.Tcp4()).ShouldBeFalse();
    }

    [Test]
    public void AConditionOnATagThatWasAddedObservesNothing()
    {
        var world = ChainWorld.Of(Push, Drop(new RuleMatch { Vlan = new(5) }));
        world.Run(Keys.Tcp4());
        // Both tags whole, for adding one; the bits of the new one are none of the packet's.
        world.Scratch.Key.Mask.Get(FlowField.VlanTpid).ShouldBe(0xfffful);
        world.Scratch.Key.Mask.Get(FlowField.VlanTci).ShouldBe(0xfffful);
        world.Scratch.Key.Mask.Get(FlowField.CvlanTci).ShouldBe(0xfffful);
    }

    private static (int, int, int, int) Tags(ChainWorld world, in FlowKey packet)
    {
        world.Passes(packet).ShouldBeTrue();
        var key = world.Scratch.Key.Current;
        return (
            (int)key.Get(FlowField.VlanTpid),
            (int)key.Get(FlowField.VlanTci),
            (int)key.Get(FlowField.CvlanTpid),
            (int)key.Get(FlowField.CvlanTci)
        );
    }

    private static FlowKey Tagged(FlowKey key, ushort vlan) => key.With(FlowField.VlanTpid, EtherType.Vlan).With(FlowField.VlanTci, vlan);

    private static FlowKey Twice(FlowKey key) => Tagged(key, 7).With(FlowField.CvlanTpid, EtherType.Vlan).With(FlowField.CvlanTci, 8);
}
