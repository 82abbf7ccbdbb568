using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Bindings;

/// <summary>Decides about a packet that another host sent: by its key alone, for that host has simulated it.</summary>
/// <remarks>
/// Pure. Nothing of the packet inside is read, so one flow stands for all that a peer sends by a key. What this host knows better than the
/// sender counts: a port that has moved away, is down, or has another key by now, gets nothing.
/// </remarks>
public static class TunnelArrival
{
    /// <summary>The headers of a packet that may come, as far as they are looked at: what a flow for it is found by, also one that was taken over.</summary>
    /// <param name="tunnelPort">The datapath port of the tunnel.</param>
    /// <param name="tunnelKey">The key that it would come by.</param>
    /// <param name="source">The address of the peer.</param>
    /// <param name="etherType">What would be inside.</param>
    public static FlowKey KeyOf(uint tunnelPort, uint tunnelKey, IpAddress source, ushort etherType)
    {
        var key = default(FlowKey);
        key.InPort = tunnelPort;
        key.Set(FlowField.TunnelId, tunnelKey);
        key.SetWide(FlowField.TunnelSrc, source.Bits);
        // That it must not be fragmented is for the way, and is not told on arrival.
        key.Set(FlowField.TunnelFlags, (ulong)(Underlay.TunnelOptionsOf(source.Family).Flags & ~TunnelFlags.DontFragment));
        key.EthType = etherType;
        return key;
    }

    /// <summary>Decides.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="learned">The learned facts.</param>
    /// <param name="self">This host.</param>
    /// <param name="key">The packet's headers, with those of its tunnel.</param>
    /// <param name="decided">Emptied; holds mask, tags, outputs and effects afterwards.</param>
    /// <param name="packet">Its bytes, which are read of an echo alone.</param>
    public static Verdict Decide(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        HostId self,
        in FlowKey key,
        SimulationScratch decided,
        ReadOnlySpan<byte> packet = default
    )
    {
        decided.Reset(key);
        decided.Key.ObserveOriginal(FlowField.InPort);
        decided.Key.ObserveOriginal(FlowField.TunnelSrc);
        var flags = (TunnelFlags)decided.Key.ReadBits(FlowField.TunnelFlags, (ulong)TunnelFlags.Kind);
        var source = IpAddress.Of(flags.HasFlag(TunnelFlags.Ipv6) ? IpFamily.V6 : IpFamily.V4, key.GetWide(FlowField.TunnelSrc));
        decided.Tag(FlowTag.Address(FlowTagKind.Peer, 0, source));
        if (!topology.UnderlayAddresses.TryGetValue(source, out var peer) || peer == self)
            return Drop(DropReason.UnknownPeer, self);
        decided.Key.ObserveOriginal(FlowField.TunnelId);
        var id = key.Get(FlowField.TunnelId);
        if (id == TunnelKeys.Liveness)
            return Return(source, decided);
        if (id is TunnelKeys.LivenessAnswer or TunnelKeys.LivenessHint)
            return Hear(peer, id, packet, decided);
        decided.Tag(FlowTag.Of(FlowTagKind.TunnelKey, id));
        if (!topology.TunnelKeys.TryFindOwner(id, out var owner))
            return Drop(DropReason.UnknownTunnelKey, self);
        return owner.Kind == DeviceKind.Bridge
            ? Flood(topology, learned, self, owner.AsBridge, decided)
            : Leave(topology, learned, self, new PortId(owner.Id), decided);
    }

    /// <summary>A question whether the way is up goes back as it is: its flow answers while this host's agent is away.</summary>
    private static Verdict Return(IpAddress source, SimulationScratch decided)
    {
        decided.ReturnsTo = source;
        return new Verdict(VerdictKind.Forward, DropReason.None, IsCacheable: true, default);
    }

    /// <summary>An answer is for this host's agent, and so is a hint; each of them.</summary>
    private static Verdict Hear(HostId peer, ulong key, ReadOnlySpan<byte> packet, SimulationScratch decided)
    {
        var start = decided.Frames.Count;
        packet.CopyTo(decided.Frames.Reserve(packet.Length));
        decided.Effects.Add(key == TunnelKeys.LivenessHint ? Effect.AskPeer(peer) : Effect.HearEcho(peer, start, packet.Length));
        return new Verdict(VerdictKind.Consume, DropReason.None, IsCacheable: false, default);
    }

    private static Verdict Leave(TopologySnapshot topology, LearnedSnapshot learned, HostId self, PortId id, SimulationScratch decided)
    {
        decided.Tag(FlowTag.Of(FlowTagKind.Port, id.Value));
        decided.Tag(FlowTag.Of(FlowTagKind.PortState, id.Value));
        if (!topology.Ports.TryGetValue(id, out var port) || port.Binding?.Host != self)
            return Drop(DropReason.UnknownTunnelKey, self);
        if (!port.IsAdminUp)
            return Drop(DropReason.PortAdminDown, id);
        if (learned.DownPorts.Contains(id))
            return Drop(DropReason.PortDown, id);
        decided.Outputs.Add(new Output(id, decided.Key.Save()));
        return new Verdict(VerdictKind.Forward, DropReason.None, IsCacheable: true, default);
    }

    private static Verdict Flood(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        HostId self,
        BridgeId bridge,
        SimulationScratch decided
    )
    {
        decided.Tag(FlowTag.Of(FlowTagKind.BridgePorts, bridge.Value));
        foreach (var id in topology.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty).Ports)
        {
            decided.Tag(FlowTag.Of(FlowTagKind.Port, id.Value));
            if (!topology.Ports.TryGetValue(id, out var port) || port.Binding?.Host != self || !Underlay.IsReachedByFlood(port))
                continue;
            decided.Tag(FlowTag.Of(FlowTagKind.PortState, id.Value));
            if (!learned.DownPorts.Contains(id) && decided.Outputs.Count < SimulationLimits.MaxOutputs)
                decided.Outputs.Add(new Output(id, decided.Key.Save()));
        }
        return decided.Outputs.Count > 0
            ? new Verdict(VerdictKind.Forward, DropReason.None, IsCacheable: true, default)
            : Drop(DropReason.UnknownTunnelKey, bridge);
    }

    private static Verdict Drop(DropReason reason, DeviceRef device) =>
        new(VerdictKind.Drop, reason, IsCacheable: true, Decider.At(device));
}
