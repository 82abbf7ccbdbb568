using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Moves a packet into and out of devices by their ports.</summary>
internal static class PortStep
{
    /// <summary>Looks a port up and leaves the tag of the lookup.</summary>
    public static Port? Find(ref Walk walk, PortId id)
    {
        walk.Tag(FlowTag.Of(FlowTagKind.Port, id.Value));
        return walk.Topology.Ports.GetValueOrDefault(id);
    }

    /// <summary>Takes a packet into the device of a port.</summary>
    public static void Enter(ref Walk walk, Port port)
    {
        if (!CountsAsStep(ref walk, port))
            return;
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Ingress, port.Ref, TraceText.Enters(walk.Topology, port));
        // A router rewrites before its last chains, and their answers are about what it received.
        if (port.IsRouterPort)
            (walk.Received, walk.IsCrossed) = (walk.Key.Save(), false);
        var isLoop = port.IsBridgePort && WasBridgedBy(ref walk, port.Owner);
        walk.Scratch.Traversed.Add(port.Ref);
        walk.Scratch.Traversed.Add(port.Owner);
        if (!port.IsAdminUp)
            RefuseIngress(ref walk, port);
        else if (isLoop)
            walk.Drop(DropReason.BridgeLoop, Decider.At(port.Owner));
        else if (ChainStep.Passes(ref walk, port.InboundChain, ChainHook.PortInbound, port.Ref, inPort: port, outPort: null))
            EnterDevice(ref walk, port);
    }

    /// <summary>Takes a packet out of a device by a port: to the peer's device, or out of the network.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="inPort">The port by which it had entered that device; null for a packet that the device made.</param>
    /// <param name="port">The port to leave by.</param>
    public static void Leave(ref Walk walk, Port? inPort, Port port)
    {
        if (!port.IsAdminUp)
        {
            walk.Drop(DropReason.PortAdminDown, Decider.At(port.Ref));
            return;
        }
        walk.Scratch.Traversed.Add(port.Ref);
        if (!ChainStep.Passes(ref walk, port.OutboundChain, ChainHook.PortOutbound, port.Ref, inPort, port))
            return;
        if (port.Peer is { } peerId)
            Cross(ref walk, port, peerId);
        else
            Exit(ref walk, port);
    }

    private static void EnterDevice(ref Walk walk, Port port)
    {
        if (port.IsBridgePort)
            BridgeStep.Enter(ref walk, port);
        else
            RouterStep.Enter(ref walk, port);
    }

    /// <summary>A bridge port that is down is silent; a router port that is down says so (RFC 1812, section 5.2.7.1).</summary>
    private static void RefuseIngress(ref Walk walk, Port port)
    {
        if (port.IsRouterPort)
            RejectStep.Prohibited(ref walk, port);
        walk.Drop(DropReason.PortAdminDown, Decider.At(port.Ref));
    }

    private static void Cross(ref Walk walk, Port port, PortId peerId)
    {
        if (Find(ref walk, peerId) is not { } peer)
        {
            walk.Drop(DropReason.PortUnlinked, Decider.At(port.Ref));
            return;
        }
        walk.Hops++;
        Enter(ref walk, peer);
        walk.Hops--;
    }

    private static void Exit(ref Walk walk, Port port)
    {
        walk.Tag(FlowTag.Of(FlowTagKind.PortState, port.Id.Value));
        if (port.Binding is not { } binding)
            walk.Drop(DropReason.PortUnlinked, Decider.At(port.Ref));
        else if (walk.Learned.DownPorts.Contains(port.Id))
            walk.Drop(DropReason.PortDown, Decider.At(port.Ref));
        else if (!TunnelStep.IsReached(ref walk, binding.Host))
            TunnelStep.CutOff(ref walk, port);
        else if (walk.Scratch.Outputs.Count >= SimulationLimits.MaxOutputs)
            walk.Drop(DropReason.StepLimit, Decider.At(port.Ref));
        else if (!ConnectionStep.MayLeave(ref walk, port))
            walk.Drop(DropReason.ConnectionLimit, Decider.At(port.Ref));
        else
        {
            walk.Scratch.Outputs.Add(new Output(port.Id, walk.Key.Save()));
            ConnectionStep.Commit(ref walk, port.Id);
            if (walk.IsTraced)
                walk.Note(TraceStepKind.Output, port.Ref, TraceText.Leaves(walk.Topology, port));
        }
    }

    /// <summary>
    /// This copy was in the bridge before and no router has had it since: bridges are linked in a circle. Nothing else ends such a copy, and
    /// floods in it would double at every turn.
    /// </summary>
    private static bool WasBridgedBy(ref Walk walk, DeviceRef bridge)
    {
        var passed = walk.Scratch.Traversed.Span;
        for (var i = passed.Length - 1; i >= 0 && passed[i].Kind != DeviceKind.Router; i--)
        {
            if (passed[i] == bridge)
                return true;
        }
        return false;
    }

    private static bool CountsAsStep(ref Walk walk, Port port)
    {
        walk.Steps++;
        var isWithinHops = walk.Hops < SimulationLimits.MaxHops;
        if (isWithinHops && walk.Steps <= SimulationLimits.MaxSteps)
            return true;
        walk.Drop(isWithinHops ? DropReason.StepLimit : DropReason.HopLimit, Decider.At(port.Ref));
        return false;
    }
}
