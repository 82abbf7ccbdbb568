using Fabric.Bindings;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Tells which hosts a change concerns: those where it may decide a packet otherwise, or where such packets arrive.</summary>
/// <remarks>
/// Never too few: what bridges, routers and their ports do is decided at the hosts that hold ports of them or of devices linked to them, before
/// the change or after it; chains, sets and groups matter where the devices are that use them, however indirectly; a host's own
/// description matters to every host. A host that is not told keeps all of its flows.
/// </remarks>
public static class ChangeAudience
{
    /// <summary>The hosts.</summary>
    /// <param name="before">The description before the events.</param>
    /// <param name="events">What happened.</param>
    /// <param name="after">The description after them, or a later one.</param>
    public static IReadOnlySet<HostId> Of(TopologySnapshot before, IEnumerable<TopologyEvent> events, TopologySnapshot after)
    {
        var subjects = events.Select(happened => happened.Subject).ToHashSet();
        var hosts = new HashSet<HostId>();
        foreach (var topology in (TopologySnapshot[])[before, after])
        {
            var audience = new Audience();
            foreach (var place in PlacesOf(topology, subjects))
                hosts.UnionWith(place.Kind == DeviceKind.Host ? topology.Hosts.Keys : audience.Of(topology, place));
        }
        // Who holds the port that an event binds is in the audience of its device; a host that is no more has nobody to ask.
        hosts.IntersectWith(after.Hosts.Keys);
        return hosts;
    }

    /// <summary>The subjects and all that names them, which are bridges, routers, ports and hosts in the end.</summary>
    private static HashSet<DeviceRef> PlacesOf(TopologySnapshot topology, HashSet<DeviceRef> subjects)
    {
        var found = new HashSet<DeviceRef>(subjects);
        var next = new Stack<DeviceRef>(subjects);
        while (next.TryPop(out var device))
        {
            // A place is decided about by itself: what names it, such as a route its port, is of the same device.
            if (IsPlace(device.Kind))
                continue;
            foreach (var referrer in topology.ReferrersOf(device))
            {
                if (found.Add(referrer))
                    next.Push(referrer);
            }
        }
        found.RemoveWhere(device => !IsPlace(device.Kind));
        return found;
    }

    private static bool IsPlace(DeviceKind kind) => kind is DeviceKind.Port or DeviceKind.Bridge or DeviceKind.Router or DeviceKind.Host;
}
