using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Bindings;

public class TunnelArrivalTest
{
    private const uint Tunnel = 9;

    private readonly SimulationScratch _decided = new();

    [Test]
    public void A_packet_by_a_ports_key_leaves_by_the_port_and_nothing_inside_is_read()
    {
        var net = World();
        Arrive(net, Key(net, net.PortId("b1"))).Kind.ShouldBe(VerdictKind.Forward);
        _decided.Outputs.Span.ToArray().Select(output => output.Port).ShouldBe([net.PortId("b1")]);
        _decided.Key.Mask.IsWildcard(FlowField.EthDst).ShouldBeTrue();
        _decided.Key.Mask.IsWildcard(FlowField.NwDst).ShouldBeTrue();
    }

    [Test]
    public void A_packet_by_a_bridges_key_leaves_by_all_of_its_ports_here_that_have_no_chain()
    {
        var net = World();
        Arrive(net, Key(net, net.BridgeId("lan"))).Kind.ShouldBe(VerdictKind.Forward);
        _decided.Outputs.Span.ToArray().Select(output => output.Port).ShouldBe([net.PortId("b1"), net.PortId("b2")]);
    }

    [Test]
    public void A_port_that_moved_away_or_is_down_gets_nothing()
    {
        var net = World();
        var key = Key(net, net.PortId("b1"));
        net.Do(new TopologyCommand.BindPort(net.PortId("b1"), new HostBinding(net.HostId("a"), "b1")));
        Arrive(net, key).Reason.ShouldBe(DropReason.UnknownTunnelKey);
        net.Port("b2", "lan", host: "b", up: false);
        Arrive(net, Key(net, net.PortId("b2"))).Reason.ShouldBe(DropReason.PortAdminDown);
    }

    [Test]
    public void A_packet_from_nobody_or_by_nobodys_key_is_dropped_by_what_told_so()
    {
        var net = World();
        var key = Key(net, net.PortId("b1"));
        key.SetWide(FlowField.TunnelSrc, IpAddress.Parse("192.0.2.99").Bits);
        Arrive(net, key).Reason.ShouldBe(DropReason.UnknownPeer);
        _decided.Key.Mask.IsWildcard(FlowField.TunnelId).ShouldBeTrue();
        Arrive(net, Key(net, net.HostId("b"))).Reason.ShouldBe(DropReason.UnknownTunnelKey);
    }

    [TestCase("192.0.2.1")]
    [TestCase("2001:db8::1")]
    public void A_question_whether_the_way_is_up_goes_back_whatever_is_inside_and_whoever_runs_here(string asker)
    {
        var net = World().Host("c", "2001:db8::1").Host("b", "192.0.2.2", "2001:db8::2");
        var source = IpAddress.Parse(asker);
        var key = TunnelArrival.KeyOf(Tunnel, TunnelKeys.Liveness, source, EtherType.Ipv4);
        var verdict = Arrive(net, key);
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Forward, true));
        _decided.ReturnsTo.ShouldBe(source);
        _decided.Key.Mask.IsWildcard(FlowField.EthDst).ShouldBeTrue();
        var underlay = new Underlay(net.HostId("b")) { TunnelPort = Tunnel };
        underlay.Begin(net.Topology, _decided);
        underlay.TryReturn(source, out var back).ShouldBeTrue();
        (back.Id, back.Value).ShouldBe((TunnelKeys.LivenessAnswer, source.Bits));
        back.Mask.ShouldBe(IpAddress.Parse(source.Family == IpFamily.V4 ? "192.0.2.2" : "2001:db8::2").Bits);
    }

    [Test]
    public void An_answer_is_for_the_agent_each_time_and_a_question_of_nobody_is_dropped()
    {
        var net = World();
        byte[] packet = [1, 2, 3];
        var key = TunnelArrival.KeyOf(Tunnel, TunnelKeys.LivenessAnswer, IpAddress.Parse("192.0.2.1"), EtherType.Ipv4);
        var verdict = TunnelArrival.Decide(net.Topology, LearnedSnapshot.Empty, net.HostId("b"), key, _decided, packet);
        (verdict.Kind, verdict.IsCacheable).ShouldBe((VerdictKind.Consume, false));
        var effect = _decided.Effects.Span.ToArray().ShouldHaveSingleItem();
        (effect.Kind, effect.Peer).ShouldBe((EffectKind.HearEcho, net.HostId("a")));
        _decided.Frames.Span.Slice(effect.FrameOffset, effect.FrameLength).ToArray().ShouldBe(packet);
        var stranger = TunnelArrival.KeyOf(Tunnel, TunnelKeys.Liveness, IpAddress.Parse("192.0.2.77"), EtherType.Ipv4);
        Arrive(net, stranger).Reason.ShouldBe(DropReason.UnknownPeer);
        _decided.ReturnsTo.ShouldBeNull();
    }

    /// <summary>The law of keys: whoever sent by what it knew some time ago, a packet leaves by the port that was meant, or by none; of a flood, by ports of its bridge.</summary>
    [Test]
    public void No_packet_ever_leaves_at_anothers_port([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var net = new TopologyBuilder().Host("a", "192.0.2.1").Host("b", "192.0.2.2");
        net.Bridge("one").Bridge("two");
        var past = new List<TopologySnapshot>();
        for (var step = 0; step < 60; step++)
        {
            var name = $"p{random.Next(8)}";
            var known = net.Topology.Find(DeviceKind.Port, new DeviceName("acme", name));
            if (known is not null && random.Next(2) == 0)
                net.Do(new TopologyCommand.DeleteDevice(known.Ref));
            else if (known is Port port)
                net.Do(new TopologyCommand.BindPort(port.Id, new HostBinding(net.HostId(random.Next(2) == 0 ? "a" : "b"), name)));
            else
                // A name that comes back is another port, with another key; its id is too.
                PutNew(net, name, (ulong)step + 100, random);
            past.Add(net.Topology);
            Check(past[random.Next(past.Count)], net.Topology, net.HostId("b"), seed);
        }
    }

    private static void PutNew(TopologyBuilder net, string name, ulong id, Random random) =>
        net.Do(
            new TopologyCommand.PutDevice(
                new Port
                {
                    Id = new PortId(id),
                    Name = new DeviceName("acme", name),
                    Owner = net.BridgeId(random.Next(2) == 0 ? "one" : "two"),
                    Binding = new HostBinding(net.HostId(random.Next(2) == 0 ? "a" : "b"), name),
                }
            )
        );

    private void Check(TopologySnapshot sender, TopologySnapshot receiver, HostId self, int seed)
    {
        foreach (var (device, key) in sender.TunnelKeys.ByDevice)
        {
            var arriving = TunnelArrival.KeyOf(Tunnel, key, IpAddress.Parse("192.0.2.1"), EtherType.Ipv4);
            TunnelArrival.Decide(receiver, LearnedSnapshot.Empty, self, arriving, _decided);
            foreach (var output in _decided.Outputs.Span)
            {
                if (device.Kind == DeviceKind.Port)
                    output.Port.ShouldBe(new PortId(device.Id), $"seed {seed}");
                else
                    receiver.Ports[output.Port].Owner.ShouldBe(device, $"seed {seed}");
            }
        }
    }

    private Verdict Arrive(TopologyBuilder net, FlowKey key) =>
        TunnelArrival.Decide(net.Topology, LearnedSnapshot.Empty, net.HostId("b"), key, _decided);

    private static FlowKey Key(TopologyBuilder net, DeviceRef device) =>
        TunnelArrival.KeyOf(Tunnel, net.Topology.TunnelKeys.Of(device), IpAddress.Parse("192.0.2.1"), EtherType.Ipv4);

    private static TopologyBuilder World() =>
        new TopologyBuilder()
            .Host("a", "192.0.2.1")
            .Host("b", "192.0.2.2")
            .Bridge("lan")
            .Chain("some")
            .Port("a1", "lan", "02:00:00:00:00:01", host: "a")
            .Port("b1", "lan", "02:00:00:00:00:0b", host: "b")
            .Port("b2", "lan", "02:00:00:00:00:0c", host: "b")
            .Port("b3", "lan", "02:00:00:00:00:0d", outbound: "some", host: "b");
}
