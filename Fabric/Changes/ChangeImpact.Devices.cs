using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Changes;

public static partial class ChangeImpact
{
    private static void OfBridge(Bridge? old, Bridge? now, ICollection<FlowTag> tags)
    {
        if (old is not null && now is not null && Looks(old) == Looks(now))
            return;
        tags.Add(FlowTag.Of(FlowTagKind.Bridge, (old ?? now)!.Id.Value));
        static (bool, ChainId?, ChainId?) Looks(Bridge bridge) => (bridge.IsAdminUp, bridge.InboundChain, bridge.OutboundChain);
    }

    private static void OfRouter(Router? old, Router? now, ICollection<FlowTag> tags)
    {
        var id = (old ?? now)!.Id;
        // A packet that meets a router looks the router up first, so for one that comes or goes no route need be told.
        if (old is null || now is null || Looks(old) != Looks(now))
            tags.Add(FlowTag.Of(FlowTagKind.Router, id.Value));
        // Translation looks at the router alone, so a rule more touches all that passes it; most of it comes out as before.
        if (old is not null && now is not null && !old.TranslatesAs(now))
            tags.Add(FlowTag.Of(FlowTagKind.Router, id.Value));
        if (old is null || now is null || ReferenceEquals(old.Routes, now.Routes))
            return;
        foreach (var name in old.Routes.Keys.Union(now.Routes.Keys))
            OfRoute(id, old.Routes.GetValueOrDefault(name), now.Routes.GetValueOrDefault(name), tags);
        static (bool, ChainId?, ChainId?) Looks(Router router) => (router.IsAdminUp, router.InboundChain, router.OutboundChain);
    }

    private static void OfRoute(TopologySnapshot before, TopologySnapshot after, RouterId router, string name, ICollection<FlowTag> tags) =>
        OfRoute(
            router,
            before.Routers.GetValueOrDefault(router)?.Routes.GetValueOrDefault(name),
            after.Routers.GetValueOrDefault(router)?.Routes.GetValueOrDefault(name),
            tags
        );

    private static void OfRoute(RouterId router, Route? old, Route? now, ICollection<FlowTag> tags)
    {
        if (old == now)
            return;
        if (old is not null)
            tags.Add(FlowTag.Prefix(FlowTagKind.Destination, router.Value, old.Destination));
        if (now is not null && now.Destination != old?.Destination)
            tags.Add(FlowTag.Prefix(FlowTagKind.Destination, router.Value, now.Destination));
    }

    private static void OfChain(Chain? old, Chain? now, ICollection<FlowTag> tags)
    {
        if (old is null || now is null || !old.Rules.SequenceEqual(now.Rules))
            tags.Add(FlowTag.Of(FlowTagKind.Chain, (old ?? now)!.Id.Value));
    }

    private static void OfSet(AddressSet? old, AddressSet? now, ICollection<FlowTag> tags)
    {
        var had = old?.Members ?? [];
        var has = now?.Members ?? [];
        if (ReferenceEquals(had, has))
            return;
        foreach (var prefix in had.Where(prefix => !has.Contains(prefix)).Concat(has.Where(prefix => !had.Contains(prefix))))
            tags.Add(FlowTag.Prefix(FlowTagKind.SetAddress, (old ?? now)!.Id.Value, prefix));
    }

    private static void OfMembers(
        TopologySnapshot before,
        TopologySnapshot after,
        TopologyEvent.AddressSetChanged changed,
        ICollection<FlowTag> tags
    )
    {
        var had = before.AddressSets.GetValueOrDefault(changed.Set)?.Members ?? [];
        var has = after.AddressSets.GetValueOrDefault(changed.Set)?.Members ?? [];
        foreach (var prefix in changed.Added.Union(changed.Removed).Where(prefix => had.Contains(prefix) != has.Contains(prefix)))
            tags.Add(FlowTag.Prefix(FlowTagKind.SetAddress, changed.Set.Value, prefix));
    }
}
