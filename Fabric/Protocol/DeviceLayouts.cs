using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of every kind of device.</summary>
internal static class DeviceLayouts
{
    private static readonly DeviceName _noName = new("", "");

    public static FieldCodec<HostBinding?> Binding { get; } =
        ValueCodec.OrNull(
            new Layout<HostBinding>("binding", new HostBinding(default, ""))
                .Required(1, ValueCodec.Host, binding => binding.Host, (binding, host) => binding with { Host = host })
                .Required(2, ValueCodec.Text, binding => binding.Interface, (binding, name) => binding with { Interface = name })
        );

    public static Layout<Port> Port { get; } =
        Begin(
                "port",
                new Port
                {
                    Id = default,
                    Name = _noName,
                    Owner = default,
                },
                ValueCodec.Port,
                port => port.Id,
                (port, id) => port with { Id = id }
            )
            .Required(5, ValueCodec.Ref, port => port.Owner, (port, owner) => port with { Owner = owner })
            .Optional(6, ValueCodec.Bool, port => !port.IsAdminUp, (port, isDown) => port with { IsAdminUp = !isDown })
            .Optional(7, ValueCodec.OrNull(ValueCodec.Port), port => port.Peer, (port, peer) => port with { Peer = peer })
            .Optional(8, Binding, port => port.Binding, (port, binding) => port with { Binding = binding })
            .Optional(9, ValueCodec.OrNull(ValueCodec.Mac), port => port.Mac, (port, mac) => port with { Mac = mac })
            .Repeated(10, ValueCodec.Interface, port => port.Addresses, (port, addresses) => port with { Addresses = [.. addresses] })
            .Optional(
                11,
                ValueCodec.OrNull(ValueCodec.Chain),
                port => port.InboundChain,
                (port, chain) => port with { InboundChain = chain }
            )
            .Optional(
                12,
                ValueCodec.OrNull(ValueCodec.Chain),
                port => port.OutboundChain,
                (port, chain) => port with { OutboundChain = chain }
            )
            .Repeated(13, ValueCodec.Group, port => port.Groups, (port, groups) => port with { Groups = groups });

    public static Layout<Bridge> Bridge { get; } =
        Begin(
                "bridge",
                new Bridge { Id = default, Name = _noName },
                ValueCodec.Bridge,
                bridge => bridge.Id,
                (bridge, id) => bridge with { Id = id }
            )
            .Optional(5, ValueCodec.Bool, bridge => !bridge.IsAdminUp, (bridge, isDown) => bridge with { IsAdminUp = !isDown })
            .Optional(
                6,
                ValueCodec.OrNull(ValueCodec.Chain),
                bridge => bridge.InboundChain,
                (bridge, chain) => bridge with { InboundChain = chain }
            )
            .Optional(
                7,
                ValueCodec.OrNull(ValueCodec.Chain),
                bridge => bridge.OutboundChain,
                (bridge, chain) => bridge with { OutboundChain = chain }
            );

    public static Layout<Route> Route { get; } = new Layout<Route>(
            "route",
            new Route
            {
                Name = "",
                Destination = default,
                Source = default,
            }
        ).Required(1, ValueCodec.Text, route => route.Name, (route, name) => route with { Name = name }).Required(2, ValueCodec.Prefix, route => route.Destination, (route, prefix) => route with { Destination = prefix }).Required(3, ValueCodec.Prefix, route => route.Source, (route, prefix) => route with { Source = prefix }).Optional(4, ValueCodec.Enum<RouteKind>(), route => route.Kind, (route, kind) => route with { Kind = kind }).Optional(5, ValueCodec.OrNull(ValueCodec.Port), route => route.Port, (route, port) => route with { Port = port }).Optional(6, ValueCodec.OrNull(ValueCodec.Ip), route => route.Gateway, (route, gateway) => route with { Gateway = gateway }).Required(7, ValueCodec.Int32, route => route.Metric, (route, metric) => route with { Metric = metric }).Required(8, ValueCodec.Int32, route => route.Weight, (route, weight) => route with { Weight = weight });

    public static Layout<Router> Router { get; } =
        Begin(
                "router",
                new Router { Id = default, Name = _noName },
                ValueCodec.Router,
                router => router.Id,
                (router, id) => router with { Id = id }
            )
            .Optional(5, ValueCodec.Bool, router => !router.IsAdminUp, (router, isDown) => router with { IsAdminUp = !isDown })
            .Optional(
                6,
                ValueCodec.OrNull(ValueCodec.Chain),
                router => router.InboundChain,
                (router, chain) => router with { InboundChain = chain }
            )
            .Optional(
                7,
                ValueCodec.OrNull(ValueCodec.Chain),
                router => router.OutboundChain,
                (router, chain) => router with { OutboundChain = chain }
            )
            .Repeated(
                8,
                Route,
                router => router.Routes.Values,
                (router, routes) =>
                    router with
                    {
                        Routes = Devices.Router.NoRoutes.SetItems(routes.Select(route => KeyValuePair.Create(route.Name, route))),
                    }
            )
            .Repeated(
                9,
                NatLayouts.Rule,
                router => router.Nat.Values,
                (router, rules) =>
                    router with
                    {
                        Nat = Devices.Router.NoNat.SetItems(rules.Select(rule => KeyValuePair.Create(rule.Name, rule))),
                    },
                since: 4
            )
            .Repeated(
                10,
                BalancerLayouts.Pool,
                router => router.Pools.Values,
                (router, pools) =>
                    router with
                    {
                        Pools = Devices.Router.NoPools.SetItems(pools.Select(pool => KeyValuePair.Create(pool.Name, pool))),
                    },
                since: 5
            )
            .Repeated(
                11,
                BalancerLayouts.Balancer,
                router => router.Balancers.Values,
                (router, balancers) =>
                    router with
                    {
                        Balancers = Devices.Router.NoBalancers.SetItems(
                            balancers.Select(balancer => KeyValuePair.Create(balancer.Name, balancer))
                        ),
                    },
                since: 5
            )
            .Optional(
                12,
                TimerLayouts.Timers,
                router => router.Timers == RouterTimers.Usual ? null! : router.Timers,
                (router, timers) => router with { Timers = timers },
                since: 9
            );

    public static Layout<Chain> Chain { get; } =
        Begin(
                "chain",
                new Chain { Id = default, Name = _noName },
                ValueCodec.Chain,
                chain => chain.Id,
                (chain, id) => chain with { Id = id }
            )
            .Repeated(5, RuleLayouts.Rule, chain => chain.Rules, (chain, rules) => chain with { Rules = rules });

    public static Layout<AddressSet> Set { get; } =
        Begin(
                "address set",
                new AddressSet { Id = default, Name = _noName },
                ValueCodec.Set,
                set => set.Id,
                (set, id) => set with { Id = id }
            )
            .Repeated(5, ValueCodec.Prefix, set => set.Members, (set, members) => set with { Members = members.ToImmutableSortedSet() });

    public static Layout<PortGroup> Group { get; } =
        Begin(
                "port group",
                new PortGroup { Id = default, Name = _noName },
                ValueCodec.Group,
                group => group.Id,
                (group, id) => group with { Id = id }
            )
            .Optional(5, ValueCodec.Bool, group => group.IsStateful, (group, isStateful) => group with { IsStateful = isStateful });

    public static Layout<Host> Host { get; } =
        Begin("host", new Host { Id = default, Name = _noName }, ValueCodec.Host, host => host.Id, (host, id) => host with { Id = id })
            .Repeated(5, ValueCodec.Ip, host => host.Underlay, (host, underlay) => host with { Underlay = underlay });

    public static Union<Device> Device { get; } =
        new Union<Device>("device").Case(1, Port).Case(2, Bridge).Case(3, Router).Case(4, Chain).Case(5, Set).Case(6, Group).Case(7, Host);

    /// <summary>Fields 1 to 4, which every device has: id, tenant, name, version.</summary>
    private static Layout<T> Begin<T, TId>(string noun, T blank, FieldCodec<TId> codec, Func<T, TId> getId, Func<T, TId, T> setId)
        where T : Device =>
        new Layout<T>(noun, blank)
            .Required(1, codec, getId, setId)
            .Optional(
                2,
                ValueCodec.SharedText,
                device => device.Name.Tenant,
                (device, tenant) => Rename(device, device.Name with { Tenant = tenant })
            )
            .Required(3, ValueCodec.Text, device => device.Name.Name, (device, name) => Rename(device, device.Name with { Name = name }))
            .Optional(4, ValueCodec.Int64, device => device.Version, (device, version) => (T)((Device)device with { Version = version }));

    private static T Rename<T>(T device, DeviceName name)
        where T : Device => (T)((Device)device with { Name = name });
}
