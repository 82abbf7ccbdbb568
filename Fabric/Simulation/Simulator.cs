using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Decides what happens to a packet across the whole virtual network, at the host where it came in.</summary>
/// <remarks>
/// Pure: the same description, learned facts and packet give the same verdict, mask, tags, outputs and effects. Thread-safe as long as
/// each thread has its own scratch. Allocates nothing once the scratch has grown, unless a trace is asked for.
/// </remarks>
public static class Simulator
{
    /// <summary>Decides about a packet that entered by an exterior port.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="learned">The learned facts.</param>
    /// <param name="ingress">The exterior port.</param>
    /// <param name="key">The packet's headers.</param>
    /// <param name="packet">The packet's bytes, whole frame.</param>
    /// <param name="scratch">This thread's working memory; holds mask, outputs, tags, effects and trace afterwards.</param>
    public static Verdict Run(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        PortId ingress,
        in FlowKey key,
        ReadOnlySpan<byte> packet,
        SimulationScratch scratch
    )
    {
        var walk = Begin(topology, learned, ingress, key, packet, scratch);
        walk.Key.Observe(FlowField.InPort, FlowFieldLayout.OnesOf(FlowField.InPort));
        FragmentStep.Begin(ref walk);
        if (PortStep.Find(ref walk, ingress) is not { } port)
            walk.Drop(DropReason.UnknownIngress, Decider.At(ingress));
        else if (port.IsInterior)
            walk.Drop(DropReason.PortUnlinked, Decider.At(ingress));
        else
            PortStep.Enter(ref walk, port);
        return Conclude(ref walk);
    }

    /// <summary>Decides about a frame that the network made and that leaves a device by one of its ports. Never cacheable.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="learned">The learned facts.</param>
    /// <param name="egress">The port by which the frame leaves the device that made it.</param>
    /// <param name="key">The frame's headers.</param>
    /// <param name="packet">The frame's bytes; they must not lie in the scratch, which is emptied.</param>
    /// <param name="scratch">This thread's working memory.</param>
    public static Verdict RunEmitted(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        PortId egress,
        in FlowKey key,
        ReadOnlySpan<byte> packet,
        SimulationScratch scratch
    )
    {
        var walk = Begin(topology, learned, default, key, packet, scratch);
        walk.IsEmitted = true;
        walk.IsUncacheable = true;
        if (PortStep.Find(ref walk, egress) is not { } port)
            walk.Drop(DropReason.UnknownIngress, Decider.At(egress));
        else
            PortStep.Leave(ref walk, inPort: null, port);
        return Conclude(ref walk);
    }

    private static Walk Begin(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        PortId ingress,
        in FlowKey key,
        ReadOnlySpan<byte> packet,
        SimulationScratch scratch
    )
    {
        scratch.Reset(key);
        return new Walk
        {
            Topology = topology,
            Learned = learned,
            Scratch = scratch,
            Packet = packet,
            Arrived = packet,
            Ingress = ingress,
        };
    }

    /// <summary>Sums up the fates of all copies: something left, else something waits, else something was taken, else a drop.</summary>
    private static Verdict Conclude(ref Walk walk)
    {
        if (FragmentStep.IsAwaited(ref walk))
            return new Verdict(VerdictKind.Incomplete, DropReason.None, IsCacheable: false, default);
        ConnectionStep.Conclude(ref walk);
        var kind =
            walk.Scratch.Outputs.Count > 0 ? VerdictKind.Forward
            : walk.IsIncomplete ? VerdictKind.Incomplete
            : walk.IsConsumed ? VerdictKind.Consume
            : VerdictKind.Drop;
        return kind == VerdictKind.Drop
            ? new Verdict(kind, walk.Reason, !walk.IsUncacheable, walk.Decider)
            : new Verdict(kind, DropReason.None, !walk.IsUncacheable, default);
    }
}
