using System.Diagnostics;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Changes;

/// <summary>Tells which dependencies of flows a change touches. docs/invalidation.md is its specification.</summary>
/// <remarks>
/// Sound: a flow whose verdict the change alters, for any packet that its mask admits, has a tag that is hit. As small as lookups can be told
/// apart: an edit that no lookup of a flow rests on leaves the flow alone. Names and versions are looked up by nobody.
/// </remarks>
public static partial class ChangeImpact
{
    /// <summary>Adds the tags that an event touches.</summary>
    /// <param name="before">The description before the event.</param>
    /// <param name="happened">The event.</param>
    /// <param name="after">The description after it.</param>
    /// <param name="tags">Where the tags go; repeats are allowed.</param>
    public static void Of(TopologySnapshot before, TopologyEvent happened, TopologySnapshot after, ICollection<FlowTag> tags)
    {
        if (ReferenceEquals(before, after))
            return;
        switch (happened)
        {
            case TopologyEvent.DeviceCreated or TopologyEvent.DeviceUpdated or TopologyEvent.DeviceDeleted:
                OfDevice(before, after, happened.Subject, tags);
                OfTracking(before, after, tags);
                break;
            case TopologyEvent.RuleInserted or TopologyEvent.RuleReplaced or TopologyEvent.RuleDeleted:
                tags.Add(FlowTag.Of(FlowTagKind.Chain, happened.Subject.Id));
                OfTracking(before, after, tags);
                break;
            case TopologyEvent.RoutePut put:
                OfRoute(before, after, put.Router, put.Route.Name, tags);
                break;
            case TopologyEvent.RouteDeleted deleted:
                OfRoute(before, after, deleted.Router, deleted.Name, tags);
                break;
            case TopologyEvent.TunnelKeyGiven given:
                OfKey(before, after, given.Device, tags);
                break;
            case TopologyEvent.HostKeyed:
                // Agents ask for it, packets never.
                break;
            case TopologyEvent.PortsLeased or TopologyEvent.PortsReturned:
                // A translation that has begun keeps its port, one that found none is asked about again with the next packet.
                break;
            case TopologyEvent.AddressSetChanged changed:
                OfMembers(before, after, changed, tags);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Adds the tags that any difference between two descriptions touches: after a gap in the feed.</summary>
    /// <remarks>Costs the network, but little for what both share.</remarks>
    public static void Between(TopologySnapshot before, TopologySnapshot after, ICollection<FlowTag> tags)
    {
        foreach (var reference in Differing(before, after))
            OfDevice(before, after, reference, tags);
        foreach (var device in before.TunnelKeys.ByDevice.KeysUnlike(after.TunnelKeys.ByDevice))
            OfKey(before, after, device, tags);
        OfTracking(before, after, tags);
    }

    /// <summary>Whether connections are remembered at all has no tag of its own, which every flow would have: the first rule that asks touches all devices.</summary>
    private static void OfTracking(TopologySnapshot before, TopologySnapshot after, ICollection<FlowTag> tags)
    {
        if (before.ConnectionChains > 0 || after.ConnectionChains == 0)
            return;
        foreach (var bridge in after.Bridges.Keys)
            tags.Add(FlowTag.Of(FlowTagKind.Bridge, bridge.Value));
        foreach (var router in after.Routers.Keys)
            tags.Add(FlowTag.Of(FlowTagKind.Router, router.Value));
    }

    /// <summary>The devices that are not the same value in both.</summary>
    private static IEnumerable<DeviceRef> Differing(TopologySnapshot before, TopologySnapshot after) =>
        [
            .. before.Ports.KeysUnlike(after.Ports).Select(id => (DeviceRef)id),
            .. before.Bridges.KeysUnlike(after.Bridges).Select(id => (DeviceRef)id),
            .. before.Routers.KeysUnlike(after.Routers).Select(id => (DeviceRef)id),
            .. before.Chains.KeysUnlike(after.Chains).Select(id => (DeviceRef)id),
            .. before.AddressSets.KeysUnlike(after.AddressSets).Select(id => (DeviceRef)id),
            .. before.PortGroups.KeysUnlike(after.PortGroups).Select(id => (DeviceRef)id),
            .. before.Hosts.KeysUnlike(after.Hosts).Select(id => (DeviceRef)id),
        ];

    private static void OfDevice(TopologySnapshot before, TopologySnapshot after, DeviceRef reference, ICollection<FlowTag> tags)
    {
        var old = before.Find(reference);
        var now = after.Find(reference);
        if (now is null)
            OfKey(before, after, reference, tags);
        switch (reference.Kind)
        {
            case DeviceKind.Port:
                OfPort(before, after, (Port?)old, (Port?)now, tags);
                break;
            case DeviceKind.Bridge:
                OfBridge((Bridge?)old, (Bridge?)now, tags);
                break;
            case DeviceKind.Router:
                OfRouter((Router?)old, (Router?)now, tags);
                break;
            case DeviceKind.Chain:
                OfChain((Chain?)old, (Chain?)now, tags);
                break;
            case DeviceKind.AddressSet:
                OfSet((AddressSet?)old, (AddressSet?)now, tags);
                break;
            case DeviceKind.PortGroup:
                // Rules ask ports for their groups; the group itself is looked up by nobody.
                break;
            case DeviceKind.Host:
                OfHost((Host?)old, (Host?)now, tags);
                break;
        }
    }
}
