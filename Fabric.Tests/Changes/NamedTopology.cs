using Fabric.Devices;

namespace Fabric.Tests.Changes;

/// <summary>A network as lines without ids and versions: two networks are alike when their lines are.</summary>
internal static class NamedTopology
{
    public static IReadOnlyList<string> Of(TopologySnapshot topology) =>
        [.. Fabric.Changes.TopologyAssembly.DevicesOf(topology).Select(device => Line(topology, device)).Order(StringComparer.Ordinal)];

    private static string Line(TopologySnapshot topology, Device device)
    {
        string Name(DeviceRef? reference) => reference is { } known ? topology.Find(known)!.Name.ToString() : "-";
        string Chains(ChainId? inbound, ChainId? outbound) => $"{Name(inbound is { } i ? i : null)} {Name(outbound is { } o ? o : null)}";
        string Names(IEnumerable<DeviceRef> references) => string.Join(' ', references.Select(reference => Name(reference)).Order());
        var text = device switch
        {
            Port port =>
                $"{Name(port.Owner)} {port.IsAdminUp} {Name(port.Peer is { } peer ? peer : null)} {(port.Binding is { } b ? Name(b.Host) + b.Interface : "-")} {port.Mac} "
                    + $"{string.Join(' ', port.Addresses)} {Chains(port.InboundChain, port.OutboundChain)} {Names(port.Groups.Select(g => (DeviceRef)g))}",
            Bridge bridge => $"{bridge.IsAdminUp} {Chains(bridge.InboundChain, bridge.OutboundChain)}",
            Router router => $"{router.IsAdminUp} {Chains(router.InboundChain, router.OutboundChain)} "
                + string.Join(
                    ' ',
                    router.Routes.Values.Select(route => $"{route with { Port = null }} {Name(route.Port is { } p ? p : null)}")
                ),
            Chain chain => string.Join(
                ' ',
                chain.Rules.Select(rule =>
                    $"{rule.Name} {rule.Action} {Name(rule.JumpTo is { } j ? j : null)} {Names(rule.Match.InPorts?.Value.Select(p => (DeviceRef)p) ?? [])} {Name(rule.Match.SourceSet is { } s ? s.Value : null)}"
                )
            ),
            AddressSet set => string.Join(' ', set.Members),
            PortGroup group => group.IsStateful.ToString(),
            Host host => string.Join(' ', host.Underlay),
            _ => throw new ArgumentException("unknown kind", nameof(device)),
        };
        return $"{device.Ref.Kind} {device.Name}: {text}";
    }
}
