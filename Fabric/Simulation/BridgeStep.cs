using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Bridges one packet (IEEE 802.1Q, section 8.6): learning, then to one port or to all.</summary>
internal static class BridgeStep
{
    /// <summary>Identifier bits of a VLAN tag's control information.</summary>
    private const ulong VlanIdBits = 0x0fff;

    /// <summary>Takes a packet that entered a bridge by a port, after the port's own checks and inbound chain.</summary>
    public static void Enter(ref Walk walk, Port inPort)
    {
        var id = inPort.Owner.AsBridge;
        walk.Tag(FlowTag.Of(FlowTagKind.Bridge, id.Value));
        if (!walk.Topology.Bridges.TryGetValue(id, out var bridge))
        {
            walk.Drop(DropReason.PortUnlinked, Decider.At(inPort.Ref));
            return;
        }
        if (!bridge.IsAdminUp)
        {
            walk.Drop(DropReason.DeviceAdminDown, Decider.At(bridge.Ref));
            return;
        }
        var source = new MacAddress(walk.Key.Read(FlowField.EthSrc));
        if (source.IsMulticast)
        {
            walk.Drop(DropReason.MulticastSource, Decider.At(bridge.Ref));
            return;
        }
        var isTagged = walk.Key.Read(FlowField.VlanTpid) != 0;
        var vlan = isTagged ? (ushort)walk.Key.ReadBits(FlowField.VlanTci, VlanIdBits) : (ushort)0;
        // A frame that the inbound chain drops is still learned from: the station is there.
        Learn(ref walk, new MacKey(id, vlan, source), inPort);
        // Chains see untagged frames only; a tagged one is a trunk's business.
        var passes =
            isTagged || ChainStep.Passes(ref walk, bridge.InboundChain, ChainHook.DeviceInbound, bridge.Ref, inPort, outPort: null);
        if (passes)
            Forward(ref walk, bridge, inPort, vlan, isTagged);
    }

    private static void Learn(ref Walk walk, MacKey station, Port inPort)
    {
        // A bound station and a linked router port are known; learning must not override them.
        if (FindKnown(ref walk, station.Bridge, station.Mac) is not null)
            return;
        if (FindLearned(ref walk, station) != inPort.Id)
            walk.Scratch.Effects.Add(Effect.LearnMac(station, inPort.Id));
    }

    private static void Forward(ref Walk walk, Bridge bridge, Port inPort, ushort vlan, bool isTagged)
    {
        var destination = new MacAddress(walk.Key.Read(FlowField.EthDst));
        if (!isTagged && NeighborSuppression.Answers(ref walk, bridge, inPort, destination))
            return;
        if (destination.IsMulticast)
        {
            Flood(ref walk, bridge, inPort, isTagged);
            return;
        }
        var found = FindKnown(ref walk, bridge.Id, destination) ?? FindLearned(ref walk, new MacKey(bridge.Id, vlan, destination));
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, bridge.Ref, TraceText.Station(walk.Topology, destination, found));
        if (found is not { } outId)
            Flood(ref walk, bridge, inPort, isTagged);
        else if (outId == inPort.Id)
            walk.Drop(DropReason.SamePort, Decider.At(bridge.Ref));
        else if (PortStep.Find(ref walk, outId) is not { } outPort)
            walk.Drop(DropReason.PortUnlinked, Decider.At(bridge.Ref));
        else
            LeaveBy(ref walk, bridge, inPort, outPort, isTagged);
    }

    /// <summary>The port of a station that bindings or links tell.</summary>
    private static PortId? FindKnown(ref Walk walk, BridgeId bridge, MacAddress mac)
    {
        walk.Tag(FlowTag.Station(bridge.Value, mac));
        var index = walk.Topology.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty);
        return index.Stations.TryGetValue(mac, out var port) ? port : null;
    }

    /// <summary>The port of a station that was heard.</summary>
    private static PortId? FindLearned(ref Walk walk, MacKey station)
    {
        walk.Tag(FlowTag.Mac(station.Bridge.Value, station.Vlan, station.Mac));
        return walk.Learned.Macs.TryGetValue(station, out var port) ? port : null;
    }

    /// <summary>Sends a packet out of a bridge by one port that was looked up.</summary>
    internal static void LeaveBy(ref Walk walk, Bridge bridge, Port inPort, Port outPort, bool isTagged)
    {
        if (isTagged || ChainStep.Passes(ref walk, bridge.OutboundChain, ChainHook.DeviceOutbound, bridge.Ref, inPort, outPort))
            PortStep.Leave(ref walk, inPort, outPort);
    }

    /// <summary>Copies a packet to every port but the one it came by; each copy has its own rewrites from here on.</summary>
    internal static void Flood(ref Walk walk, Bridge bridge, Port inPort, bool isTagged)
    {
        walk.Tag(FlowTag.Of(FlowTagKind.BridgePorts, bridge.Id.Value));
        // A flood has no one port to leave by, so the bridge's chain is asked once and knows none.
        if (!isTagged && !ChainStep.Passes(ref walk, bridge.OutboundChain, ChainHook.DeviceOutbound, bridge.Ref, inPort, outPort: null))
            return;
        var index = walk.Topology.BridgeIndexes.GetValueOrDefault(bridge.Id, BridgeIndex.Empty);
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, bridge.Ref, $"floods to {index.Ports.Count - 1} other ports");
        var before = walk.Key.Save();
        var traversed = walk.Scratch.Traversed.Count;
        var pending = walk.Scratch.Pending.Count;
        var areFlagsSeen = walk.AreFlagsSeen;
        var isConnectionAsked = walk.IsConnectionAsked;
        var wasFlooded = walk.IsFlooded;
        walk.IsFlooded = true;
        var copies = 0;
        foreach (var id in index.Ports)
        {
            if (id == inPort.Id || PortStep.Find(ref walk, id) is not { } port)
                continue;
            copies++;
            PortStep.Leave(ref walk, inPort, port);
            walk.Key.Restore(before);
            walk.Scratch.Traversed.Truncate(traversed);
            walk.Scratch.Pending.Truncate(pending);
            walk.WereFlagsSeen |= walk.AreFlagsSeen && !areFlagsSeen;
            walk.AreFlagsSeen &= areFlagsSeen;
            walk.IsConnectionAsked = isConnectionAsked;
        }
        walk.IsFlooded = wasFlooded;
        if (copies == 0)
            walk.Drop(DropReason.NoOtherPort, Decider.At(bridge.Ref));
    }
}
