using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;
using static Fabric.Tests.Simulation.RouterWorld;

namespace Fabric.Tests.Simulation;

/// <summary>What a rejecting rule tells the source, at a bridge, a router and their ports.</summary>
public class RejectStepTest
{
    private static readonly Rule _reject = TopologyBuilder.Rule("no", RuleAction.Reject);

    [Test]
    public void ABridgeAnswersFromTheDestination([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Net.Chain("none", _reject).ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("none") });
        var sent = Make.Udp(at.Vm1, at.Vm2, Vm1Mac, Vm2Mac);
        var verdict = world.Send("vm1", sent);
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.RuleReject, false));
        var answer = world.OnlyAnswer("vm1");
        Answers.Stations(answer).ShouldBe((Vm2Mac, Vm1Mac));
        Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((3, 13), (1, 1)), at.Vm2, at.Vm1).ShouldBe(sent[14..]);
        world.Send("vm1", Make.Tcp(at.Vm1, at.Vm2, Vm1Mac, Vm2Mac)).Reason.ShouldBe(DropReason.RuleReject);
        answer = world.OnlyAnswer("vm1");
        Answers.Stations(answer).ShouldBe((Vm2Mac, Vm1Mac));
        Answers.ShouldBeReset(answer, at.Vm2, at.Vm1);
    }

    [TestCase("inbound")]
    [TestCase("outbound")]
    [TestCase("port in")]
    [TestCase("port out")]
    public void ARouterAnswersFromWhereThePacketCameInAboutWhatItReceived(string hook)
    {
        foreach (var at in AddressPlan.Both)
        {
            var world = Usual();
            world.Net.Chain("none", _reject);
            var none = world.Net.ChainId("none");
            switch (hook)
            {
                case "inbound":
                    world.Net.Router("edge", inbound: "none");
                    break;
                case "outbound":
                    world.Net.Router("edge", outbound: "none");
                    break;
                case "port in":
                    world.Net.ChangePort("edge-lan", port => port with { InboundChain = none });
                    break;
                default:
                    // By then the router has rewritten the packet.
                    world.Net.ChangePort("uplink", port => port with { OutboundChain = none });
                    break;
            }
            var sent = Make.Udp(at.Vm1, at.Far, Vm1Mac, InsideMac);
            world.Send("vm1", sent).Reason.ShouldBe(DropReason.RuleReject);
            var answer = world.OnlyAnswer("edge-lan");
            Answers.Stations(answer).ShouldBe((InsideMac, Vm1Mac));
            Answers.ShouldBeIcmp(answer, at.Of<(byte, byte)>((3, 13), (1, 1)), at.Inside, at.Vm1).ShouldBe(sent[14..]);
            world.Send("vm1", Make.Tcp(at.Vm1, at.Far, Vm1Mac, InsideMac));
            answer = world.OnlyAnswer("edge-lan");
            Answers.Stations(answer).ShouldBe((InsideMac, Vm1Mac));
            Answers.ShouldBeReset(answer, at.Far, at.Vm1);
        }
    }

    [Test]
    public void ATaggedFrameIsAnsweredInItsVlan()
    {
        var world = Usual();
        world.Net.Chain("none", _reject).ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("none") });
        world.Send("vm1", Make.Tagged(Make.Udp("10.0.0.1", "10.0.0.2", Vm1Mac, Vm2Mac), vlan: 5, priority: 3));
        var answer = world.OnlyAnswer("vm1");
        answer[12..16].ShouldBe([0x81, 0x00, 0x60, 0x05]);
        Answers.Stations(answer).ShouldBe((Vm2Mac, Vm1Mac));
        Answers.ShouldBeIcmp(answer, (3, 13), "10.0.0.2", "10.0.0.1");
    }

    [TestCase("10.0.0.1", "224.0.0.251", "01:00:5e:00:00:fb")]
    [TestCase("10.0.0.1", "255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [TestCase("fd00:a::1", "ff02::fb", "33:33:00:00:00:fb")]
    public void PacketsToGroupsAreRefusedInSilenceAndThatIsCached(string source, string destination, string mac)
    {
        var world = Usual();
        world.Net.Chain("none", _reject).ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("none") });
        var verdict = world.Send("vm1", Make.Udp(source, destination, Vm1Mac, MacAddress.Parse(mac)));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.RuleReject, true));
        world.ShouldStaySilent();
    }

    [Test]
    public void AnArpPacketIsRefusedInSilence()
    {
        var world = Usual();
        world.Net.Chain("none", _reject).ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("none") });
        var verdict = world.Send("vm1", Make.Question(Vm1Mac, "10.0.0.1", "10.0.0.2"));
        (verdict.Reason, verdict.IsCacheable).ShouldBe((DropReason.RuleReject, true));
        world.ShouldStaySilent();
    }

    [Test]
    public void ResetsAndErrorsAreRefusedInSilence([ValueSource(typeof(AddressPlan), nameof(AddressPlan.Both))] AddressPlan at)
    {
        var world = Usual();
        world.Net.Chain("none", _reject).ChangePort("vm1", port => port with { InboundChain = world.Net.ChainId("none") });
        world.Send("vm1", Make.Tcp(at.Vm1, at.Vm2, Vm1Mac, Vm2Mac, TcpFlags.Rst)).Reason.ShouldBe(DropReason.RuleReject);
        world.ShouldStaySilent();
        world.Send("vm1", Make.Udp(at.Vm1, at.Vm2, Vm1Mac, Vm2Mac));
        var error = world.OnlyAnswer("vm1");
        // The station sends the same error back.
        world.Send("vm1", error).Reason.ShouldBe(DropReason.RuleReject);
        world.ShouldStaySilent();
    }
}
