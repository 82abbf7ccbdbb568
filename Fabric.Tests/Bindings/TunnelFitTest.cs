using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Bindings;

public class TunnelFitTest
{
    private static readonly FlowAction s_push = FlowAction.PushVlan(EtherType.Vlan, 5);
    private static readonly FlowAction s_out = FlowAction.Output(9);
    private static readonly FlowAction s_here = FlowAction.Output(3);

    [TestCase(IpFamily.V4, 1500, 1450)]
    [TestCase(IpFamily.V6, 1500, 1430)]
    [TestCase(IpFamily.V4, 9000, 8950)]
    [TestCase(IpFamily.V4, 65_600, ushort.MaxValue - 14)]
    [TestCase(IpFamily.V6, 20, 0)]
    public void A_tunnel_takes_what_its_link_takes_less_the_headers_around(IpFamily underlay, int linkMtu, int expected)
    {
        TunnelMtu.Of(linkMtu, underlay).ShouldBe(expected);
        if (expected > 0)
            TunnelMtu.MaxFrameBytes(linkMtu, underlay).ShouldBe((ushort)(expected + 14));
    }

    [Test]
    public void The_shortest_tunnel_counts_and_a_tag_pushed_before_it()
    {
        TunnelFit.LongestFrame([s_here]).ShouldBe(TunnelFit.Unlimited);
        TunnelFit.LongestFrame([Tunnel(0), s_out]).ShouldBe(TunnelFit.Unlimited);
        TunnelFit.LongestFrame([Tunnel(1464), s_out, Tunnel(1444), s_out, s_here]).ShouldBe(1444);
        TunnelFit.LongestFrame([s_push, Tunnel(1464), s_out]).ShouldBe(1460);
        TunnelFit.LongestFrame([FlowAction.PopVlan(), Tunnel(1464), s_out]).ShouldBe(1468);
    }

    [Test]
    public void Of_a_frame_that_is_too_long_the_copies_that_fit_are_sent()
    {
        FlowAction[] actions = [Tunnel(1464), s_out, s_push, Tunnel(1464), s_out, s_here];
        Kept(actions, 1460).ShouldBe(actions);
        Kept(actions, 1461).ShouldBe([Tunnel(1464), s_out, s_push, s_here]);
        Kept(actions, 1465).ShouldBe([s_push, s_here]);
    }

    private static FlowAction[] Kept(FlowAction[] actions, int frameBytes)
    {
        var kept = new Buffer<FlowAction>(4);
        TunnelFit.Keep(actions, frameBytes, kept);
        return kept.Span.ToArray();
    }

    private static FlowAction Tunnel(ushort maxFrameBytes) =>
        FlowAction.SetTunnel(
            22,
            IpAddress.Parse("192.0.2.1"),
            IpAddress.Parse("192.0.2.2"),
            Underlay.TunnelOptionsOf(IpFamily.V4),
            maxFrameBytes
        );
}
