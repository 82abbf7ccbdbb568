using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Laws;

/// <summary>Where a rule ended a packet: found from the trace, so that rules can be gone through again by hand.</summary>
/// <param name="Root">The chain that is attached there.</param>
/// <param name="Entries">How often that chain was entered there before the packet ended: a packet may come round.</param>
/// <param name="Key">The packet when the chain was asked.</param>
/// <param name="At">What rules may ask of besides headers.</param>
internal sealed record DropPlace(ChainId Root, int Entries, FlowKey Key, RulePlace At)
{
    private static readonly ChainId Probe = new(ulong.MaxValue);

    /// <summary>The place of a drop by a rule.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="learned">What was learned.</param>
    /// <param name="ingress">Where the packet came in.</param>
    /// <param name="key">The packet as it came in.</param>
    /// <param name="decider">The rule.</param>
    public static DropPlace Of(TopologySnapshot topology, LearnedSnapshot learned, PortId ingress, in FlowKey key, Decider decider)
    {
        var scratch = new SimulationScratch { Trace = new Trace() };
        Simulator.Run(topology, learned, ingress, key, default, scratch);
        // If all copies end as drops, the first that ended was the first that went.
        var steps = scratch.Trace.Steps.TakeWhile(step => step.Kind != TraceStepKind.Drop).ToArray();
        var root = RootOf(topology, decider);
        var entry = TraceText.EntersChain(topology, topology.Chains[root], decider.Hook, decider.Device);
        var entries = steps.Where(step => step.Kind == TraceStepKind.Chain && step.Text == entry).ToArray();
        var entered = steps.Where(step => step.Kind == TraceStepKind.Ingress).Select(step => topology.Ports[new PortId(step.Device.Id)]);
        var ports = entered.ToArray();
        var place = new RulePlace
        {
            Topology = topology,
            Ingress = topology.Ports[ingress],
            InPort = ports[^1],
            OutPort = OutPortOf(topology, learned, ingress, key, decider),
            Traversed = [.. Passed(ports), .. decider.Hook == ChainHook.PortOutbound ? [decider.Device] : Array.Empty<DeviceRef>()],
        };
        return new DropPlace(root, entries.Length, entries[^1].Packet, place);
    }

    /// <summary>The rule that ends the packet there by the rules of another network, gone through by hand; null if none does.</summary>
    public (ChainId Chain, int Rule, DropReason Reason)? EndIn(TopologySnapshot topology) =>
        ChainOracle.Run(At with { Topology = topology }, Key, Root);

    private static IEnumerable<DeviceRef> Passed(IEnumerable<Port> entered)
    {
        foreach (var (port, index) in entered.Select((port, index) => (port, index)))
        {
            // It came to all but the first by the port at the other end of a link.
            if (index > 0)
                yield return port.Peer!.Value;
            yield return port.Ref;
            yield return port.Owner;
        }
    }

    private static ChainId RootOf(TopologySnapshot topology, Decider decider) =>
        (decider.Hook, topology.Find(decider.Device)) switch
        {
            (ChainHook.PortInbound, Port port) => port.InboundChain!.Value,
            (ChainHook.PortOutbound, Port port) => port.OutboundChain!.Value,
            (ChainHook.DeviceInbound, Bridge bridge) => bridge.InboundChain!.Value,
            (ChainHook.DeviceOutbound, Bridge bridge) => bridge.OutboundChain!.Value,
            (ChainHook.DeviceInbound, Router router) => router.InboundChain!.Value,
            (ChainHook.DeviceOutbound, Router router) => router.OutboundChain!.Value,
            var (hook, device) => throw new InvalidOperationException($"no chain is attached {hook} at {device}"),
        };

    /// <summary>The port that the packet was to leave the device by: a chain that asks for each in its turn is put there.</summary>
    private static Port? OutPortOf(TopologySnapshot topology, LearnedSnapshot learned, PortId ingress, in FlowKey key, Decider decider)
    {
        if (decider.Hook == ChainHook.PortOutbound)
            return topology.Ports[new PortId(decider.Device.Id)];
        if (decider.Hook != ChainHook.DeviceOutbound)
            return null;
        var ports = topology.Ports.Values.Where(port => port.Owner == decider.Device).OrderBy(port => port.Id.Value).ToArray();
        var probe = new Chain
        {
            Id = Probe,
            Name = new DeviceName("t", "probe"),
            Rules =
            [
                .. ports.Select(port => new Rule
                {
                    Name = $"{port.Name}",
                    Match = new RuleMatch { OutPorts = new(PortList.Of(port.Id)) },
                    Action = RuleAction.Drop,
                }),
            ],
        };
        var probed = topology with { Chains = topology.Chains.SetItem(Probe, probe) };
        probed = topology.Find(decider.Device) switch
        {
            Bridge bridge => probed with { Bridges = probed.Bridges.SetItem(bridge.Id, bridge with { OutboundChain = Probe }) },
            Router router => probed with { Routers = probed.Routers.SetItem(router.Id, router with { OutboundChain = Probe }) },
            var device => throw new InvalidOperationException($"{device} has no chains"),
        };
        var verdict = Simulator.Run(probed, learned, ingress, key, default, new SimulationScratch());
        return verdict.Decider.Chain == Probe ? ports[verdict.Decider.RuleIndex] : null;
    }
}
