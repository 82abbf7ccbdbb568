using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Gives the devices of a description other ids, everywhere that they are named.</summary>
/// <param name="ids">The new id of each device; what is not in it keeps its id.</param>
internal sealed class IdTranslation(IReadOnlyDictionary<DeviceRef, ulong> ids)
{
    /// <summary>A device with all ids translated: its own, and those that it names.</summary>
    public Device Of(Device device) =>
        device switch
        {
            Port port => port with
            {
                Id = Of(port.Id),
                Owner = Of(port.Owner),
                Peer = port.Peer is { } peer ? Of(peer) : null,
                Binding = port.Binding is { } binding ? binding with { Host = new HostId(Translate(binding.Host)) } : null,
                InboundChain = Of(port.InboundChain),
                OutboundChain = Of(port.OutboundChain),
                Groups = [.. port.Groups.Select(Of)],
            },
            Bridge bridge => bridge with
            {
                Id = new BridgeId(Translate(bridge.Id)),
                InboundChain = Of(bridge.InboundChain),
                OutboundChain = Of(bridge.OutboundChain),
            },
            Router router => router with
            {
                Id = new RouterId(Translate(router.Id)),
                InboundChain = Of(router.InboundChain),
                OutboundChain = Of(router.OutboundChain),
                Routes = Router.NoRoutes.SetItems(router.Routes.Select(route => KeyValuePair.Create(route.Key, Of(route.Value)))),
                Nat = Router.NoNat.SetItems(router.Nat.Select(rule => KeyValuePair.Create(rule.Key, Of(rule.Value)))),
            },
            Chain chain => chain with { Id = new ChainId(Translate(chain.Id)), Rules = [.. chain.Rules.Select(Of)] },
            AddressSet set => set with { Id = Of(set.Id) },
            PortGroup group => group with { Id = Of(group.Id) },
            Host host => host with { Id = new HostId(Translate(host.Id)) },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private Route Of(Route route) => route.Port is { } port ? route with { Port = Of(port) } : route;

    private NatRule Of(NatRule rule) => rule.Port is { } port ? rule with { Port = Of(port) } : rule;

    private Rule Of(Rule rule) => rule with { JumpTo = Of(rule.JumpTo), Match = Of(rule.Match) };

    private RuleMatch Of(RuleMatch match) =>
        match with
        {
            InPorts = Of(match.InPorts, Of),
            OutPorts = Of(match.OutPorts, Of),
            InPortGroup = Of(match.InPortGroup, Of),
            OutPortGroup = Of(match.OutPortGroup, Of),
            IngressPortGroup = Of(match.IngressPortGroup, Of),
            Traversed = Of(match.Traversed, Of),
            SourceSet = Of(match.SourceSet, Of),
            DestinationSet = Of(match.DestinationSet, Of),
        };

    private static Test<T>? Of<T>(Test<T>? test, Func<T, T> translate) =>
        test is { } asked ? asked with { Value = translate(asked.Value) } : null;

    private PortList Of(PortList ports) => [.. ports.Select(Of)];

    private ChainId? Of(ChainId? chain) => chain is { } id ? new ChainId(Translate(id)) : null;

    private PortId Of(PortId port) => new(Translate(port));

    private PortGroupId Of(PortGroupId group) => new(Translate(group));

    private AddressSetId Of(AddressSetId set) => new(Translate(set));

    private DeviceRef Of(DeviceRef reference) => reference with { Id = Translate(reference) };

    private ulong Translate(DeviceRef reference) => ids.GetValueOrDefault(reference, reference.Id);
}
