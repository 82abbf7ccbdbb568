using Fabric.Collections;
using Fabric.Devices;

namespace Fabric.Changes;

public static partial class TopologyEvolution
{
    /// <summary>Keeps <see cref="TopologySnapshot.Names"/>.</summary>
    private static TopologySnapshot Rename(TopologySnapshot topology, Device? old, Device? device)
    {
        if (old?.Name == device?.Name)
            return topology;
        var names = topology.Names;
        // Only the holder gives a name up: should two devices ever claim one, the first keeps it.
        if (old is not null && names.TryGetValue((old.Ref.Kind, old.Name), out var holder) && holder == old.Ref)
            names = names.Without(old.Ref.Kind, old.Name);
        if (device is not null && !names.ContainsKey((device.Ref.Kind, device.Name)))
            names = names.With(device.Name, device.Ref);
        return topology with { Names = names };
    }

    /// <summary>What a device names that has to be looked up the other way round; whose its ports are, bridges, routers and hosts know.</summary>
    private static IEnumerable<DeviceRef> Listed(Device? device) =>
        device is Port port
            ? port.References.Where(reference => reference.Kind is not (DeviceKind.Bridge or DeviceKind.Router or DeviceKind.Host))
            : device?.References ?? [];

    /// <summary>Keeps <see cref="TopologySnapshot.Referrers"/> when what a device names changes from one list to another.</summary>
    private static TopologySnapshot Refer(
        TopologySnapshot topology,
        DeviceRef referrer,
        IEnumerable<DeviceRef> old,
        IEnumerable<DeviceRef> references
    )
    {
        var change = new Dictionary<DeviceRef, int>();
        foreach (var reference in old)
            change[reference] = change.GetValueOrDefault(reference) - 1;
        foreach (var reference in references)
            change[reference] = change.GetValueOrDefault(reference) + 1;
        var referrers = topology.Referrers;
        foreach (var (target, difference) in change)
        {
            if (difference != 0)
                referrers = Count(referrers, target, referrer, difference);
        }
        return referrers == topology.Referrers ? topology : topology with { Referrers = referrers };
    }

    private static PersistentMap<DeviceRef, PersistentMap<DeviceRef, int>> Count(
        PersistentMap<DeviceRef, PersistentMap<DeviceRef, int>> referrers,
        DeviceRef target,
        DeviceRef referrer,
        int difference
    )
    {
        var counts = referrers.GetValueOrDefault(target, PersistentMap<DeviceRef, int>.Empty);
        var count = counts.GetValueOrDefault(referrer) + difference;
        counts = count == 0 ? counts.Remove(referrer) : counts.SetItem(referrer, count);
        return counts.IsEmpty ? referrers.Remove(target) : referrers.SetItem(target, counts);
    }
}
