using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

public class RewritePlanTest
{
    private readonly ObservedKey _key = new();
    private readonly Buffer<Output> _outputs = new(4);
    private readonly Buffer<RewriteStep> _steps = new(4);

    [SetUp]
    public void Begin()
    {
        _key.Reset(PacketNotation.Parse("in_port=1,tcp,dl_vlan=5,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=80").Key);
        _outputs.Clear();
    }

    [Test]
    public void Copies_that_stay_as_they_came_go_first()
    {
        var before = _key.Save();
        _key.Write(FlowField.EthDst, 7);
        Leave(1);
        _key.Restore(before);
        Leave(2);
        Plan().ShouldBe(["output 2", "set(eth(dst=00:00:00:00:00:07))", "output 1"]);
    }

    [Test]
    public void Copies_that_are_alike_share_their_rewrites()
    {
        _key.Write(FlowField.EthDst, 7);
        Leave(1);
        Leave(2);
        Plan().ShouldBe(["set(eth(dst=00:00:00:00:00:07))", "output 1", "output 2"]);
    }

    [Test]
    public void What_is_written_as_it_was_needs_no_action_only_if_it_is_exact()
    {
        var same = _key.Original.Get(FlowField.EthDst);
        _key.Write(FlowField.EthDst, same);
        Leave(1);
        Plan().ShouldBe(["set(eth(dst=02:00:00:00:00:02))", "output 1"]);

        Begin();
        _key.Write(FlowField.EthDst, _key.Read(FlowField.EthDst));
        Leave(1);
        Plan().ShouldBe(["output 1"]);
    }

    [Test]
    public void What_another_copy_lost_is_observed_and_set_back()
    {
        var before = _key.Save();
        _key.Write(FlowField.EthDst, 7);
        Leave(1);
        _key.Restore(before);
        _key.Write(FlowField.EthSrc, 8);
        Leave(2);
        Plan()
            .ShouldBe([
                "set(eth(dst=00:00:00:00:00:07))",
                "output 1",
                "set(eth(src=00:00:00:00:00:08))",
                "set(eth(dst=02:00:00:00:00:02))",
                "output 2",
            ]);
        _key.Mask.IsExact(FlowField.EthDst).ShouldBeTrue();
        _key.Mask.IsWildcard(FlowField.EthSrc).ShouldBeTrue();
    }

    [Test]
    public void A_tag_is_changed_by_popping_and_pushing()
    {
        _key.Read(FlowField.VlanTpid);
        _key.Write(FlowField.VlanTci, 6);
        Leave(1);
        Plan().ShouldBe(["pop_vlan", "push_vlan(vid=6,pcp=0)", "output 1"]);
        _key.Mask.IsExact(FlowField.VlanTci).ShouldBeTrue();
    }

    [Test]
    public void A_tag_under_another_stays()
    {
        _key.Write(FlowField.CvlanTpid, _key.Read(FlowField.VlanTpid));
        _key.Write(FlowField.CvlanTci, _key.Read(FlowField.VlanTci));
        _key.Write(FlowField.VlanTpid, EtherType.ServiceVlan);
        _key.Write(FlowField.VlanTci, 9);
        Leave(1);
        Plan().ShouldBe(["push_vlan(tpid=0x88a8,vid=9,pcp=0)", "output 1"]);
    }

    [Test]
    public void A_port_that_is_set_makes_the_protocol_exact()
    {
        _key.Write(FlowField.TpDst, 8080);
        Leave(1);
        Plan().ShouldBe(["set(tcp(dst=8080))", "output 1"]);
        _key.Mask.IsExact(FlowField.EthType).ShouldBeTrue();
        _key.Mask.IsExact(FlowField.IpProto).ShouldBeTrue();
        _key.Mask.IsExact(FlowField.IpFrag).ShouldBeTrue();
    }

    private void Leave(ulong port) => _outputs.Add(new Output(new PortId(port), _key.Save()));

    private string[] Plan()
    {
        RewritePlan.Make(_key, _outputs.Span, _steps);
        return [.. _steps.Span.ToArray().Select(s => s.IsOutput ? $"output {s.Port.Value}" : s.Rewrite.ToString())];
    }
}
