using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Bindings;

public class TunnelDscpTest
{
    [TestCase("udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=184", 184)]
    [TestCase("udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=184,nw_ecn=3", 184)]
    [TestCase("udp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,nw_tos=8", 8)]
    [TestCase("udp,nw_src=10.0.0.1,nw_dst=10.0.0.2", 0)]
    [TestCase("arp,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1", 0)]
    public void Each_encapsulation_has_the_code_point_alone(string packet, int tos)
    {
        var actions = Copied(packet, out _);
        actions.Select(action => action.Kind == FlowActionKind.SetTunnel ? action.Tunnel.Tos : -1).ShouldBe([tos, -1, tos, -1]);
    }

    [Test]
    public void Packets_of_another_code_point_have_another_flow_and_those_of_another_congestion_mark_have_not()
    {
        Copied("udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=184", out var mask);
        mask.Get(FlowField.IpTos).ShouldBe(0xfcUL);
        Copied("arp,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1", out mask);
        mask.IsExact(FlowField.EthType).ShouldBeTrue("another type might have one");
    }

    [Test]
    public void What_leaves_through_no_tunnel_is_not_looked_at()
    {
        var key = KeyOf("udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=184");
        var actions = new Buffer<FlowAction>(4);
        actions.Add(FlowAction.Output(1));
        TunnelDscp.Copy(key, actions);
        key.Mask.IsWildcard(FlowField.IpTos).ShouldBeTrue();
    }

    private static FlowAction[] Copied(string packet, out FlowMask mask)
    {
        var key = KeyOf(packet);
        var actions = new Buffer<FlowAction>(4);
        foreach (var host in (string[])["192.0.2.2", "192.0.2.3"])
        {
            var own = IpAddress.Parse("192.0.2.1");
            actions.Add(FlowAction.SetTunnel(7, own, IpAddress.Parse(host), Underlay.TunnelOptionsOf(IpFamily.V4)));
            actions.Add(FlowAction.Output(9));
        }
        TunnelDscp.Copy(key, actions);
        mask = key.Mask;
        return actions.Span.ToArray();
    }

    private static ObservedKey KeyOf(string packet)
    {
        var observed = new ObservedKey();
        FlowKeyReader.Read(PacketNotation.Parse(packet).ToFrame(), 1, out var key);
        observed.Reset(key);
        return observed;
    }
}
