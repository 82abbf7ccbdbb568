using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Bindings;

public class ActionTranslatorTest
{
    private static readonly PortId s_here = new(1);
    private static readonly PortId s_there = new(2);
    private static readonly PortId s_nowhere = new(3);
    private static readonly PortId[] s_flooded = [new(4), new(5)];
    private static readonly IpAddress s_source = IpAddress.Parse("192.0.2.1");
    private static readonly IpAddress s_destination = IpAddress.Parse("192.0.2.2");
    private static readonly TunnelOptions s_options = new(TunnelFlags.Key | TunnelFlags.DontFragment, 0, 64);
    private static readonly FlowAction s_rewrite = FlowAction.SetField(FlowField.IpTtl, 63, 255);

    private readonly FloodCopies _floods = new();
    private readonly Buffer<FlowAction> _actions = new(4);
    private readonly Buffer<PortId> _unreached = new(4);

    [Test]
    public void A_port_of_this_host_is_its_datapath_port()
    {
        Translate(RewriteStep.Of(s_rewrite), RewriteStep.Output(s_here));
        _actions.Span.ToArray().ShouldBe([s_rewrite, FlowAction.Output(11)]);
        _unreached.Count.ShouldBe(0);
    }

    [Test]
    public void A_port_of_another_host_is_reached_by_the_tunnel_under_its_key()
    {
        Translate(RewriteStep.Output(s_there), RewriteStep.Output(s_here));
        _actions
            .Span.ToArray()
            .ShouldBe([FlowAction.SetTunnel(22, s_source, s_destination, s_options), FlowAction.Output(99), FlowAction.Output(11)]);
    }

    [Test]
    public void A_port_that_cannot_be_reached_is_left_out_and_told()
    {
        Translate(RewriteStep.Output(s_nowhere), RewriteStep.Of(s_rewrite), RewriteStep.Output(s_here));
        _actions.Span.ToArray().ShouldBe([s_rewrite, FlowAction.Output(11)]);
        _unreached.Span.ToArray().ShouldBe([s_nowhere]);
    }

    [Test]
    public void Rewrites_that_nothing_leaves_after_are_left_out()
    {
        Translate(RewriteStep.Output(s_here), RewriteStep.Of(s_rewrite), RewriteStep.Output(s_nowhere));
        _actions.Span.ToArray().ShouldBe([FlowAction.Output(11)]);
    }

    [Test]
    public void Without_any_port_in_reach_the_flow_drops()
    {
        Translate(RewriteStep.Of(s_rewrite), RewriteStep.Output(s_nowhere));
        _actions.Count.ShouldBe(0);
    }

    [Test]
    public void A_flood_goes_once_to_a_host_for_all_of_its_ports()
    {
        Translate(RewriteStep.Output(s_flooded[0]), RewriteStep.Output(s_here), RewriteStep.Output(s_flooded[1]));
        _actions
            .Span.ToArray()
            .ShouldBe([FlowAction.SetTunnel(77, s_source, s_destination, s_options), FlowAction.Output(99), FlowAction.Output(11)]);
    }

    [Test]
    public void A_flood_that_not_all_of_a_hosts_ports_are_to_have_goes_to_each_by_itself()
    {
        Translate(RewriteStep.Output(s_flooded[0]), RewriteStep.Of(s_rewrite), RewriteStep.Output(s_flooded[1]));
        _actions
            .Span.ToArray()
            .ShouldBe([
                FlowAction.SetTunnel(22, s_source, s_destination, s_options),
                FlowAction.Output(99),
                s_rewrite,
                FlowAction.SetTunnel(22, s_source, s_destination, s_options),
                FlowAction.Output(99),
            ]);
    }

    private void Translate(params ReadOnlySpan<RewriteStep> steps) =>
        ActionTranslator.Translate(steps, default(Locations), _floods, _actions, _unreached);

    private readonly struct Locations : IPortLocations
    {
        public bool TryFind(PortId port, out PortLocation location)
        {
            location = port == s_here ? PortLocation.Local(11) : PortLocation.Remote(99, 22, s_source, s_destination, s_options);
            if (s_flooded.Contains(port))
                location = location with { FloodKey = 77, FloodSize = s_flooded.Length };
            return port != s_nowhere;
        }
    }
}
