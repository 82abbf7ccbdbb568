using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Changes;

public static partial class ChangeImpact
{
    /// <summary>A device has another key, or none any more: packets to it are sent otherwise, and packets by either key are for others.</summary>
    private static void OfKey(TopologySnapshot before, TopologySnapshot after, DeviceRef device, ICollection<FlowTag> tags)
    {
        var (had, has) = (before.TunnelKeys.Of(device), after.TunnelKeys.Of(device));
        if (had == has)
            return;
        if (had != 0)
            tags.Add(FlowTag.Of(FlowTagKind.TunnelKey, had));
        if (has != 0)
            tags.Add(FlowTag.Of(FlowTagKind.TunnelKey, has));
        if (device.Kind == DeviceKind.Port)
            tags.Add(FlowTag.Of(FlowTagKind.Port, device.Id));
        if (device.Kind == DeviceKind.Bridge)
            tags.Add(FlowTag.Of(FlowTagKind.BridgePorts, device.Id));
    }

    private static void OfHost(Host? old, Host? now, ICollection<FlowTag> tags)
    {
        if (old is not null && now is not null && old.Underlay.SequenceEqual(now.Underlay))
            return;
        tags.Add(FlowTag.Of(FlowTagKind.Host, (old ?? now)!.Id.Value));
        var (had, has) = (old?.Underlay ?? [], now?.Underlay ?? []);
        foreach (var address in had.RemoveRange(has).AddRange(has.RemoveRange(had)))
            tags.Add(FlowTag.Address(FlowTagKind.Peer, 0, address));
    }
}
